import Domain

/// When leads come: more by day than by night, fewer at weekends, and a little more every week.
struct DemoRhythm: Sendable {
  private let start: Instant
  private let total: Int
  /// How much weight lies before each hour, and at the end.
  private let sums: [Double]
  private var hour = 0
  private var given = 0
  private var lastMillisecond: Int64 = 0

  /// By hour of the day and by weekday from Sunday on, both UTC.
  private static let hours = [
    0.42, 0.34, 0.28, 0.25, 0.26, 0.33, 0.48, 0.66, 0.83, 0.95, 1.02, 1.06, 1.1, 1.12, 1.14, 1.17, 1.22, 1.28, 1.34,
    1.36, 1.27, 1.08, 0.82, 0.58,
  ]
  private static let weekdays = [0.78, 1.02, 1.08, 1.07, 1.04, 0.97, 0.82]

  init(leads: Int, days: Int, until: Instant) {
    let start = until - Int64(days) * 86_400
    var sums = [0.0]
    for number in 0..<days * 24 {
      let begins = start + Int64(number) * 3_600
      let weekday = (Day(utc: begins).number + 4) % 7
      let growth = 0.8 + 0.4 * Double(number) / Double(days * 24)
      let weight = Self.hours[Int(begins.seconds / 3_600 % 24)] * Self.weekdays[weekday] * growth
      sums.append((sums.last ?? 0) + weight)
    }
    self.start = start
    self.total = leads
    self.sums = sums
  }

  /// When the next lead comes: each takes its share of the weight, so that they come in order, and never two in one
  /// millisecond.
  mutating func next(_ random: inout DemoRandom) -> Instant {
    let mark = (Double(given) + random.unit()) / Double(total) * (sums.last ?? 0)
    given += 1
    while hour < sums.count - 2 && sums[hour + 1] <= mark { hour += 1 }
    let within = min(max((mark - sums[hour]) / (sums[hour + 1] - sums[hour]), 0), 1)
    let millisecond = (start + Int64(hour) * 3_600).microseconds / 1_000 + Int64(within * 3_599_000)
    lastMillisecond = max(millisecond, lastMillisecond + 1)
    return Instant(microseconds: lastMillisecond * 1_000 + Int64(random.within(0...999)))
  }
}
