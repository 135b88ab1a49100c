import Domain
import Testing

/// When an alert is told, and when not.
struct AlertTests {
  private let start = Instant(seconds: 1_795_000_000)
  private let hour: Int64 = 3_600

  private func finding(
    _ code: AlertCode = .hostFailing, _ subject: String = "h:443", count: Int = 1, detail: String = ""
  ) -> AlertFinding {
    AlertFinding(
      AlertCause(code, of: AccountID(rawValue: 1), subject: subject), label: subject, detail: detail, count: count)
  }

  /// What a run of looks tells: at which seconds. - Parameter looks: second and what was found then.
  private func told(_ looks: [(at: Int64, [AlertFinding])]) -> [Int64] {
    var known: [AlertCause: Alert] = [:]
    var told: [Int64] = []
    for (second, findings) in looks {
      let now = start + second
      let changes = Alert.changes(
        to: Array(known.values), finding: findings, judging: Set(AlertCode.allCases), at: now)
      for alert in changes { known[alert.cause] = alert }
      for var alert in known.values where alert.isToTell(at: now) {
        alert.tell(at: now)
        known[alert.cause] = alert
        told.append(second)
      }
    }
    return told
  }

  @Test func aStateIsToldOnceHoweverLongItLasts() {
    let looks = (0..<3_000).map { (at: Int64($0 * 30), [finding(count: $0)]) }
    #expect(told(looks) == [0])
  }

  @Test func oneThatBeginsAnewIsToldAgainAfterItsQuietTime() {
    #expect(told([(0, [finding()]), (hour, []), (7 * hour, [finding()])]) == [0, 7 * hour])
    // Within it, it waits.
    #expect(
      told([(0, [finding()]), (hour, []), (2 * hour, [finding()]), (6 * hour - 1, [finding()])]) == [0])
    #expect(
      told([(0, [finding()]), (hour, []), (2 * hour, [finding()]), (6 * hour, [finding()]), (13 * hour, [finding()])])
        == [0, 6 * hour])
    // And is forgotten where it is over before.
    #expect(told([(0, [finding()]), (hour, []), (2 * hour, [finding()]), (3 * hour, []), (7 * hour, [])]) == [0])
  }

  @Test func oneThatComesAndGoesIsToldFourTimesADay() {
    let looks = (0..<2_880).map { (at: Int64($0 * 30), $0 % 2 == 0 ? [finding()] : []) }
    #expect(told(looks).count == 4)
  }

  @Test func aHeapIsToldAgainOnceADayWhereItGrows() {
    func dead(_ count: Int) -> [AlertFinding] { [finding(.deliveriesDead, "fwd", count: count)] }
    let growing = (0..<5_760).map { (at: Int64($0 * 30), dead($0 + 1)) }
    #expect(told(growing) == [0, 24 * hour])
    #expect(told([(0, dead(500)), (hour, dead(500)), (100 * hour, dead(500)), (200 * hour, dead(3))]) == [0])
    #expect(told([(0, dead(5)), (30 * hour, dead(2)), (31 * hour, dead(3))]) == [0, 31 * hour])
  }

  @Test func causesAreToldApart() {
    let both = [finding(.hostFailing, "a:443"), finding(.hostFailing, "b:443"), finding(.capReached, "a:443")]
    #expect(told([(0, both), (30, both)]) == [0, 0, 0])
  }

  @Test func onlyWhatWasLookedForIsOver() {
    let alert = Alert(finding(), at: start)
    func over(_ judged: Set<AlertCode>) -> [Alert] {
      Alert.changes(to: [alert], finding: [], judging: judged, at: start + 60)
    }
    #expect(over([.diskLow]).isEmpty)
    #expect(over([.hostFailing]).map(\.resolvedAt) == [start + 60])
    #expect(
      over([.hostFailing]).first.map { Alert.changes(to: [$0], finding: [], judging: [.hostFailing], at: start) } == [])
  }

  @Test func aClockThatWentBackSilencesNothing() {
    var alert = Alert(finding(), at: start + 1_000_000)
    alert.tell(at: start + 1_000_000)
    alert.end(at: start)
    alert.see(finding(), at: start + 10)
    #expect(!alert.isToTell(at: start + 10))
    alert.end(at: start + 20)
    alert.see(finding(), at: start + 7 * hour)
    #expect(alert.isToTell(at: start + 7 * hour))
  }

  @Test func everyCauseHasWordsOfItsOwn() {
    let alerts = AlertCode.allCases.map { Alert(finding($0, "subject", count: 2, detail: "more"), at: start) }
    #expect(Set(alerts.map(\.text)).count == alerts.count && Set(alerts.map(\.remedy)).count == alerts.count)
    for alert in alerts {
      #expect(alert.text.contains("more") && alert.text.hasSuffix(".") && alert.remedy.hasSuffix("."))
      // They stand in the header of a mail.
      #expect(alert.title.utf8.allSatisfy { (0x20...0x7E).contains($0) } && alert.title.utf8.count < 70)
    }
  }

  @Test(arguments: [
    ("on hold", "on hold"), ("a\r\nBcc: x", "aBcc: x"), ("jo@example.com", "(withheld)"),
    ("+12125550123", "(withheld)"),
    ("jo%40example.com", "(withheld)"), ("212 555 01 23", "(withheld)"), ("tel 2125550", "(withheld)"),
    ("status 12", "status 12"), ("\u{202E}evil", "evil"),
    (String(repeating: "ж", count: 50), String(repeating: "ж", count: 32)),
  ]) func whatOthersWroteIsMadeFit(text: String, shown: String) {
    #expect(AlertText.shown(text) == shown)
  }

  @Test func aFewWordsAreNamed() {
    #expect(AlertText.list(["a", "b"]) == "a, b")
    #expect(AlertText.list((1...9).map { "w\($0)" }) == "w1, w2, w3, w4, w5 and 4 more")
  }
}

/// Where alerts may go.
struct AlertTargetTests {
  @Test(arguments: ["a@b.example", "jo.smith+x@mail.b-c.example", "1@2.co"]) func mailAddresses(text: String) {
    #expect(AlertTarget.isMailAddress(text))
  }

  @Test(arguments: [
    "", "a", "@b.example", "a@b", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c.example",
    "<a@b.example>", "-oQ/tmp@b.example", "a@-b.example", "a@b..example", "a@b@c.example", "a@b.example\r",
    "ä@b.example",
    "a;b@c.example", "\"a\"@b.example", ".a@b.example",
  ]) func noMailAddresses(text: String) {
    #expect(!AlertTarget.isMailAddress(text))
  }

  @Test func tokensAndChats() {
    let token = "123456789:AAabcdefghijklmnopqrstuvwxyz_-12345"
    #expect(AlertTarget.isTelegramToken(token))
    for bad in ["", "123:short", token + "/x", token + "?", "a" + token, token + "\n"] {
      #expect(!AlertTarget.isTelegramToken(bad))
    }
    for good in ["42", "-1001234567890", "@channel_1"] { #expect(AlertTarget.isTelegramChat(good)) }
    for bad in ["", "0", "+1", "01", "@", "@a b", "name", "1 2"] { #expect(!AlertTarget.isTelegramChat(bad)) }
  }

  @Test func aTargetIsReadAsItWasWritten() {
    let targets: [AlertTarget] = [
      .webhook(url: "https://h.example/a?t=1"), .email(address: "a@b.example"), .telegram(token: "1:A", chat: "-5"),
    ]
    for target in targets {
      #expect(AlertTarget(target.kind, text: target.text) == target)
      #expect(!"\(target)".contains("1") && !"\(target)".contains("@"))
    }
    #expect(AlertTarget(.telegram, text: "x") == nil)
  }

  @Test func aMaskedTargetTellsNoSecret() {
    #expect(AlertTarget.webhook(url: "https://h.example:8443/secret?t=1").masked == "https://h.example:8443/…")
    #expect(AlertTarget.webhook(url: "https://h.example?t=1").masked == "https://h.example/…")
    #expect(AlertTarget.email(address: "jo@b.example").masked == "j…@b.example")
    #expect(AlertTarget.telegram(token: "12:SECRET", chat: "-1001234").masked == "bot 12, chat …1234")
  }
}
