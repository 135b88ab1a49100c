import Domain

/// Draws of the kinds that a made-up history needs; the same seed gives the same history.
struct DemoRandom: Sendable {
  private var random: SeededRandom
  init(seed: UInt64) { self.random = SeededRandom(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  /// From 0 up to but not 1.
  mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(unit() * Double(range.upperBound - range.lowerBound + 1))
  }

  mutating func within(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + unit() * (range.upperBound - range.lowerBound)
  }

  /// Around 0 with deviation 1, never beyond ±3.5: the sum of four, which needs no logarithm.
  mutating func bell() -> Double { (unit() + unit() + unit() + unit() - 2) * 1.732 }

  mutating func one<Value>(of values: [Value]) -> Value { values[within(0...values.count - 1)] }

  /// What stands for a keyed hash: of nobody's contact.
  mutating func reference() -> ContactReference {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for _ in 0..<4 {
      let word = next()
      for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return ContactReference(bytes: bytes)
  }
}

/// Values of which some come more often than others.
struct Weighted<Value: Sendable>: Sendable {
  private let values: [Value]
  /// Up to and with each value.
  private let sums: [Double]

  init(_ weights: [(value: Value, weight: Double)]) {
    var sum = 0.0
    values = weights.map(\.value)
    sums = weights.map { _, weight in
      sum += weight
      return sum
    }
  }

  /// The first comes most often, and after it ever fewer: the long tail of anything that people choose.
  init(longTail values: [Value], steepness: Double = 1) {
    self.init(values.enumerated().map { ($1, 1 / (Double($0 + 1) * steepness + 1 - steepness)) })
  }

  func pick(_ random: inout DemoRandom) -> Value {
    let mark = random.unit() * (sums.last ?? 0)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > mark { high = middle } else { low = middle + 1 }
    }
    return values[low]
  }
}
