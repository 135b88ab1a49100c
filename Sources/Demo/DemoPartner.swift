import Domain

/// A partner as its postbacks show it: its words, and what it bothers to send.
struct DemoPartner: Sendable {
  let keyID: KeyID
  let habits: Habits

  struct Habits: Sendable {
    let name: String
    let hold: String
    let approve: String
    let reject: String
    let takeBack: String
    /// Words that stand in no table, which it uses now and then.
    let odd: [String]
    let sendsTxid: Bool
    let sendsCurrency: Bool
    /// Whether its amounts are written `12,50`.
    let writesComma: Bool
    let otherNames: [String]
  }

  static let habits = [
    Habits(
      name: "Alpha network", hold: "hold", approve: "approved", reject: "rejected", takeBack: "chargeback",
      odd: ["in_progress", "approve"], sendsTxid: true, sendsCurrency: false, writesComma: false,
      otherNames: ["offer_id"]),
    Habits(
      name: "Beta program", hold: "lead", approve: "sale", reject: "trash", takeBack: "refund", odd: ["cancel", "1"],
      sendsTxid: false, sendsCurrency: true, writesComma: false, otherNames: []),
    Habits(
      name: "Gamma offers", hold: "new", approve: "Confirmed", reject: "declined", takeBack: "reversed",
      odd: ["verification"], sendsTxid: true, sendsCurrency: false, writesComma: true, otherNames: ["geo", "aff_sub"]),
  ]
}

/// What a partner says about one lead, from the first word to the last.
struct DemoTale {
  struct Line {
    /// Seconds since the lead came; a little below 0 where the partner was quicker than the page.
    var delay: Int
    var word: String
    /// In hundredths.
    var payout: Int?
    var txid: String?
  }
  private(set) var lines: [Line] = []
  private let habits: DemoPartner.Habits

  /// - Parameters:
  ///   - payout: what the offer pays, in hundredths.
  ///   - approval: how likely the partner is to take the lead in the end.
  init(_ habits: DemoPartner.Habits, payout: Int, approval: Double, _ random: inout DemoRandom) {
    self.habits = habits
    decide(payout, approval, &random)
    stumble(&random)
  }

  private mutating func decide(_ payout: Int, _ approval: Double, _ random: inout DemoRandom) {
    let txid = habits.sendsTxid ? Self.txid(&random) : nil
    var delay = random.within(3...900)
    let holds = random.chance(0.7)
    if holds {
      let tellsPayout = random.chance(0.8)
      say(random.chance(0.04) ? random.one(of: habits.odd) : habits.hold, delay, tellsPayout ? payout : nil, txid)
      if random.chance(0.14) { return }
      delay += 1_800 + Self.days(random.within(0.05...2.2), &random)
    }
    guard random.chance(approval) else { return say(habits.reject, delay, nil, txid) }
    let final = random.chance(0.04) ? payout * 4 / 5 : payout
    say(habits.approve, delay, final, txid)
    if holds && random.chance(0.03) { say(habits.hold, delay + random.within(1...600), payout, txid) }
    goOn(from: delay, final, txid, &random)
  }

  /// What may come after an approval: more sales, payments that come again, or the money back.
  private mutating func goOn(from delay: Int, _ payout: Int, _ txid: String?, _ random: inout DemoRandom) {
    if habits.sendsTxid && random.chance(0.07) {
      say(habits.approve, delay + Self.days(random.within(0.2...8), &random), payout / 2, Self.txid(&random))
    }
    if random.chance(0.05) {
      for month in 1...random.within(1...3) {
        // Without txid a second payment of the same sum says nothing new: partners do send that.
        let own = habits.sendsTxid && random.chance(0.7) ? Self.txid(&random) : nil
        say("rebill", delay + month * 7 * 86_400 + random.within(0...3_600), payout / 3, own)
      }
    }
    if random.chance(0.035) { say(habits.takeBack, delay + random.within(3...28) * 86_400, payout, txid) }
  }

  /// Networks repeat what they do not see answered, and a few are quicker than the landing page.
  private mutating func stumble(_ random: inout DemoRandom) {
    if random.chance(0.06), let line = lines.last {
      say(line.word, line.delay + random.within(1...3_600), line.payout, line.txid)
    }
    if random.chance(0.01), let first = lines.indices.first { lines[first].delay = -random.within(1...60) }
  }

  private mutating func say(_ word: String, _ delay: Int, _ payout: Int?, _ txid: String?) {
    lines.append(Line(delay: delay, word: word, payout: payout, txid: txid))
  }

  private static func days(_ days: Double, _ random: inout DemoRandom) -> Int {
    Int(days * 86_400 * random.within(0.5...1.5))
  }

  static func txid(_ random: inout DemoRandom) -> String {
    "t" + String(random.next() & 0xFF_FFFF_FFFF, radix: 36)
  }
}

extension DemoPartner {
  /// A line of a tale as the server reads it.
  func message(
    _ line: DemoTale.Line, click clickID: String, at instant: Instant, account: Account, _ random: inout DemoRandom
  ) -> PastMessage {
    var parameters = [
      PostbackParameter(name: "click_id", value: clickID), PostbackParameter(name: "status", value: line.word),
    ]
    if let payout = line.payout {
      parameters.append(PostbackParameter(name: "payout", value: spelled(payout)))
    } else if random.chance(0.2) {
      parameters.append(PostbackParameter(name: "payout", value: "{payout}"))
    }
    if let txid = line.txid { parameters.append(PostbackParameter(name: "txid", value: txid)) }
    if habits.sendsCurrency {
      let other = account.currency == "USD" ? "EUR" : "USD"
      let currency = random.chance(0.01) ? other : account.currency
      parameters.append(PostbackParameter(name: "currency", value: currency))
    }
    return PastMessage(
      account: account, keyID: keyID, receivedAt: instant,
      reading: PostbackReading(parameters, currency: account.currency, wasHealed: false), otherNames: habits.otherNames)
  }

  private func spelled(_ hundredths: Int) -> String {
    let cents = hundredths % 100
    return "\(hundredths / 100)" + (habits.writesComma ? "," : ".") + (cents < 10 ? "0" : "") + "\(cents)"
  }
}
