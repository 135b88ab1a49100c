import Domain
import JSON
import Outbound
import TestReceiver
import Testing

/// Presets are what they say: each is handed a lead as its kind of partner would take it.
@Suite struct PartnerPresetTests {
  @Test(arguments: PartnerPreset.all.map(\.slug))
  func isReady(_ slug: String) throws {
    let preset = try #require(PartnerPreset.named(slug))
    #expect(!preset.name.isEmpty && !preset.note.isEmpty && !preset.blanks.isEmpty)
    _ = try CallURL(preset.url, for: AddressGuard())
    let templates = preset.fields.map { if case .template(let text) = $0.value { text } else { "" } }
    #expect(templates.allSatisfy { PartnerTemplate.unknownTokens(in: $0).isEmpty })
    let everything =
      preset.url + templates.joined() + preset.headers.map(\.value).joined() + (preset.success.contains ?? "")
    for blank in preset.blanks { #expect(everything.contains(blank)) }
    for token in ["email", "phone", "click_id"] { #expect(everything.contains("{\(token)}")) }
    for pointer in [preset.success.pointer, preset.leadIDPointer, preset.redirectPointer].compactMap({ $0 }) {
      #expect(JSONPointer.isValid(pointer))
    }
    #expect(preset.headers.allSatisfy { PartnerHeader(name: $0.name, value: $0.value).fault == nil })
  }

  private static let yes = [
    "form": "PARTNER_SUCCESS_TEXT;17", "json-bearer": #"{"success":true,"data":{"id":17}}"#,
    "json-autologin": #"{"lead_id":"17","redirect_url":"https://partner.example/in"}"#,
  ]
  private static let no = [
    "form": "ERROR", "json-bearer": #"{"success":false}"#, "json-autologin": #"{"error":"duplicate"}"#,
  ]

  @Test(arguments: PartnerPreset.all.map(\.slug))
  func worksAgainstItsKindOfPartner(_ slug: String) throws {
    let preset = try #require(PartnerPreset.named(slug))
    for (body, outcome) in [(Self.yes[slug], AttemptOutcome.accepted), (Self.no[slug], .declined)] {
      let recorder = try Recorder(answering: answer("200 OK", body: #require(body)))
      let partner = Partner.made(
        recorder.url(), method: preset.method, format: preset.format, fields: preset.fields, success: preset.success,
        leadID: preset.leadIDPointer, redirect: preset.redirectPointer)
      let headers = preset.headers.map { PartnerHeader(name: $0.name, value: $0.value) }
      let answer = try PartnerBench().hand(to: partner, headers: headers)
      #expect(answer.end.outcome == outcome)
      let isTaken = outcome == .accepted
      #expect(answer.end.partnerLeadID == (isTaken && preset.leadIDPointer != nil ? "17" : nil))
      #expect((answer.redirectURL != nil) == (isTaken && preset.redirectPointer != nil))
      #expect(recorder.requests.first?.text.isEmpty == false)
    }
  }

  /// A word such as OK stands in `Invalid TOKEN`: what the partner says only to leads that it takes is its owner's to know.
  @Test func noRefusalFitsAWordOfOurs() throws {
    for preset in PartnerPreset.all {
      guard let text = preset.success.contains else { continue }
      #expect(preset.blanks.contains(text))
    }
    let form = try #require(PartnerPreset.named("form"))
    #expect(form.note.contains("in clear"))
  }
}
