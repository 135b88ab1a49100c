import Domain
import Foundation
import Outbound
import Privacy
import Synchronization
import TestReceiver
import Testing

/// What is taken from a partner's answer, and how many wait for one at once.
@Suite struct PartnerAnswerTests {
  private func answerTo(
    _ body: String, rule: SuccessRule = Wanted.status, status: String = "200 OK", leadID: String? = "/id",
    redirect: String? = "/go"
  ) throws -> PartnerAnswer {
    let recorder = try Recorder(answering: answer(status, body: body))
    let partner = Partner.made(recorder.url(), success: rule, leadID: leadID, redirect: redirect)
    return try PartnerBench().hand(to: partner)
  }

  @Test(
    arguments: [
      ("true", "true", true), ("true", "false", false), ("true", #""true""#, false), ("1", "1.0", true),
      ("1", "1", true), ("1", "100e-2", true), ("1", "2", false), ("1", #""1""#, false), (#""ok""#, #""ok""#, true),
      (#""ok""#, #""OK""#, false), (#""é""#, #""\u00e9""#, true), ("null", "null", true), ("null", "0", false),
      ("9007199254740993", "9007199254740992", false), ("0.1", "0.10", true), (nil, "true", true), (nil, "0", true),
      (nil, #""""#, true), (nil, "{}", true), (nil, "null", false), (nil, "false", false), ("-0", "0", true),
      ("1", "[1]", false),
    ] as [(String?, String, Bool)])
  func thePointedValueDecides(_ equals: String?, _ value: String, _ isTaken: Bool) throws {
    let rule = SuccessRule(statuses: [200], pointer: "/data/1/a~1b", equals: equals)
    let end = try answerTo(#"{"data":[0,{"a/b":\#(value)}]}"#, rule: rule).end
    #expect(end.outcome == (isTaken ? .accepted : .declined) && end.cause == (isTaken ? .tookIt : .refusedBody))
    #expect(end.status == 200)
    #expect(try answerTo(#"{"data":[]}"#, rule: rule).end.outcome == .declined)
  }

  @Test func allThatARuleNamesMustHold() throws {
    let rule = SuccessRule(statuses: [200, 201], pointer: "/ok", equals: "true", contains: "thank")
    #expect(try answerTo(#"{"ok":true,"m":"thanks"}"#, rule: rule, status: "201 Created").end.outcome == .accepted)
    #expect(try answerTo(#"{"ok":true,"m":"no"}"#, rule: rule).end.cause == .refusedBody)
    #expect(try answerTo(#"{"ok":false,"m":"thanks"}"#, rule: rule).end.cause == .refusedBody)
    #expect(try answerTo(#"{"ok":true,"m":"thanks"}"#, rule: rule, status: "202 Accepted").end.cause == .refusedStatus)
    #expect(try answerTo("", rule: SuccessRule(), status: "299 Fine").end.outcome == .accepted)
    #expect(try answerTo("", rule: SuccessRule(), status: "300 Many").end.outcome == .declined)
  }

  @Test func textThatIsNoUTF8IsStillRead() throws {
    let receiver = try Receiver { connection in
      guard connection.exchange() != nil else { return }
      connection.send(
        Array("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n".utf8) + Array(#"{"ok":true,"m":""#.utf8) + [0xE9]
          + Array(#""}"#.utf8))
    }
    let partner = Partner.made(receiver.url(), success: Wanted.json)
    #expect(try PartnerBench().hand(to: partner).end.outcome == .accepted)
  }

  private static let longest = String(repeating: "a", count: 128)
  private static let reference =
    PartnerBench.keyring.emailReference("jo@canary.example", account: PartnerBench.account)?.hex

  @Test(
    arguments: [
      (#""L-1""#, "L-1"), ("123456789", "123456789"), ("12.50", "12.50"), (#""é日""#, "é日"), ("\"\(longest)\"", longest),
      ("\"\(longest)a\"", nil), (#""""#, nil), ("true", nil), ("null", nil), ("{}", nil), (#""a\nb""#, nil),
      (#""jo@canary.example""#, reference), (#""Jo@Canary.Example""#, reference),
      (#""jo%40canary.example""#, reference),
      (#""id jo@canary.example x""#, nil), (#""+12125550123""#, nil), (#""2125550123""#, nil),
      (#""(212) 555-0123""#, nil), ("12125550123", nil), ("12125550124", "12125550124"),
      (#""bn_live_0123456789abcdefghijABCDEFGHIJ01""#, nil),
    ] as [(String, String?)])
  func thePartnersOwnID(_ id: String, _ kept: String?) throws {
    #expect(Self.reference?.utf8.count == 64)
    let end = try answerTo(#"{"id":\#(id)}"#).end
    #expect(end.outcome == .accepted && end.partnerLeadID == kept)
  }

  /// Some partners answer with what they were sent, or make their ids of it.
  @Test(
    arguments: [
      ("Jo Quillfeather", nil), ("quillfeather-17", nil), ("L-2125550123", nil), ("quill.jo.77", nil), ("90210", nil),
      ("L-90210", "L-90210"), ("jo-17", "jo-17"), ("203.0.113.7", nil), ("from 203.0.113.7", nil),
      ("Mozilla/5.0 Z", nil),
      ("Quill%66eather", nil), ("12 Elm Street", nil), ("at 12 elm street", nil), ("L-17", "L-17"),
    ] as [(String, String?)])
  func anIDThatTellsOfTheVisitorIsNotKept(_ id: String, _ kept: String?) throws {
    let form = """
      {"name":"Jo Quillfeather","email":"quill.jo@canary.example","phone":"(212) 555-0123","zip":"90210",
       "street":"12 Elm Street"}
      """
    let recorder = try Recorder(answering: answer("200 OK", body: #"{"id":"\#(id)"}"#))
    let partner = Partner.made(recorder.url(), success: Wanted.status, leadID: "/id")
    let lead = LeadValues(
      clickID: "c", eventID: "evt_1", ip: "203.0.113.7", userAgent: "Mozilla/5.0 Z", country: "US", source: "s",
      landingPage: nil)
    let end = try PartnerBench().hand(to: partner, form: form, lead: lead).end
    #expect(end.outcome == .accepted && end.partnerLeadID == kept)
  }

  @Test(
    arguments: [
      ("https://partner.example/in?t=1#x", true), ("HTTP://partner.example", true), ("https://[2606::1]/", true),
      ("javascript:alert(1)", false), ("data:text/html,x", false), ("//partner.example/", false), ("/in", false),
      ("https:/partner.example", false), ("https://", false), ("https:///x", false), ("https://a b/", false),
      (" https://partner.example/", false), (#"https://partner.example/\n"#, false), ("https://@x/", false),
      (#"https:\\\\partner.example"#, false), (#"https://partner.example\u0085"#, false), ("ftp://x/", false),
      (#"\u0001javascript:alert(1)"#, false), ("vbscript:https://x/", false),
    ])
  func whereTheVisitorIsSent(_ url: String, _ isSafe: Bool) throws {
    let answer = try answerTo(#"{"go":"\#(url)"}"#)
    #expect(answer.end.outcome == .accepted && answer.redirectURL == (isSafe ? url : nil))
  }

  @Test func aLongRedirectIsNone() throws {
    let fitting = "https://partner.example/" + String(repeating: "a", count: 2_048 - 24)
    #expect(try answerTo("{\"go\":\"\(fitting)\"}").redirectURL == fitting)
    #expect(try answerTo("{\"go\":\"\(fitting)a\"}").redirectURL == nil)
    #expect(try answerTo("{\"go\":[\"\(fitting)\"]}").redirectURL == nil)
  }

  @Test func whoDeclinesSaysNothingElse() throws {
    let answer = try answerTo(#"{"ok":false,"id":"L-1","go":"https://partner.example/"}"#, rule: Wanted.json)
    #expect(answer.end.outcome == .declined && answer.end.partnerLeadID == nil && answer.redirectURL == nil)
    let odd = try answerTo("<html>thank you</html>", rule: Wanted.text)
    #expect(odd.end.outcome == .accepted && odd.end.partnerLeadID == nil && odd.redirectURL == nil)
  }

  /// Each on a thread of its own, as the server's requests are; beside them, a partner that answers.
  @Test func thirtyTwoHangingDeliveriesHoldUpNobody() throws {
    let hanging = try Receiver {
      _ = $0.exchange()
      $0.hang()
    }
    let quick = try Recorder()
    let (slow, fast) = (try PartnerBench(whole: 3_000), try PartnerBench())
    let ends = Mutex<[AttemptEnd]>([])
    let group = DispatchGroup()
    let start = ContinuousClock.now
    for _ in 0..<32 {
      group.enter()
      Thread {
        if let end = try? slow.hand(to: .made(hanging.url())).end { ends.withLock { $0.append(end) } }
        group.leave()
      }.start()
    }
    for _ in 0..<20 { #expect(try fast.hand(to: .made(quick.url())).end.outcome == .accepted) }
    group.wait()
    #expect(ContinuousClock.now - start < .seconds(40))
    let all = ends.withLock { $0 }
    #expect(all.count == 32 && hanging.requests == 32 && quick.requests.count == 20)
    for end in all {
      #expect(end.outcome == .unknown && end.cause == .timedOut && (900..<5_000).contains(end.milliseconds))
    }
  }
}
