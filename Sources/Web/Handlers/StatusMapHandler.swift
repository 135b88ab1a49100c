import Domain
import HTTP
import JSON
import Storage

/// `/api/v1/postbacks/status-map`: an account's own words, or with `?key=` those of one of its keys.
enum StatusMapHandler {
  /// How long a change waits for the clicks that it reads otherwise; the rest is worked off behind it.
  private static let patience = Duration.seconds(5)

  static func show(_ call: Call) throws -> Response {
    let owner = try owner(call)
    return .json(.object(members(owner, try call.store.statusMap(of: owner))))
  }

  /// Changes the words that the body names and leaves the others: `{"approve": "approved", "1": null}`, where null takes
  /// a word out of the map. `?dry_run=1` says what that would do to leads, money and forwards, and does nothing.
  static func update(_ call: Call) throws -> Response {
    let owner = try owner(call)
    let change = StatusMapChange(owner: owner, words: try words(of: call))
    guard try !FormPairs(call.request.query).flag("dry_run") else {
      let map = try change.applied(to: call.store.statusMap(of: owner))
      return .json(.object(members(owner, map) + effect(try call.store.preview(change), isDryRun: true)))
    }
    let effect = try call.store.commit(change)
    let deadline = ContinuousClock.now + patience
    while try call.store.replayClicks(of: owner.account, at: call.now), ContinuousClock.now < deadline {}
    let waiting = try call.store.clicksToReplay(of: owner.account)
    return .json(
      .object(
        members(owner, try call.store.statusMap(of: owner)) + Self.effect(effect, isDryRun: false)
          + [.init("clicks_waiting", .count(waiting))]))
  }

  /// Whose words `?key=` names; the account's without it.
  static func owner(_ call: Call) throws -> StatusMapOwner {
    let key = try FormPairs(call.request.query).key("key", of: call)
    if key?.kind == .publishable {
      throw Problem.badField("key", "must be a postback or secret key: a publishable one brings no postbacks")
    }
    return StatusMapOwner(account: call.account.id, key: key?.id)
  }

  private static func words(of call: Call) throws -> [String: ConversionStatus?] {
    var form = try JSONForm(call.request)
    let names = ConversionStatus.allCases.map(\.rawValue).joined(separator: ", ")
    var words: [String: ConversionStatus?] = [:]
    var faults: [(String, String)] = []
    form.root.forEachMember { word, node in
      let folded = StatusWords.fold(word)
      let kept = KeptValue(word, of: call.account, call.service.keyring)
      if let fault = kept.fault {
        faults.append((kept.text, fault))
      } else if !(1...StatusWords.longestWord).contains(folded.utf8.count) || folded.hasControlCharacters {
        faults.append((word, "must be a word of 1 to \(StatusWords.longestWord) bytes"))
      } else if words.keys.contains(folded) {
        faults.append((word, "is named twice; in other letters it is the same word"))
      } else if node.isNull {
        words[folded] = .some(nil)
      } else if let status = node.string.flatMap(ConversionStatus.init(rawValue:)) {
        words[folded] = status
      } else {
        faults.append((word, "must be one of \(names), or null to take the word out"))
      }
    }
    for (word, message) in faults { form.fail(word, message) }
    try form.check()
    return words
  }

  private static func members(_ owner: StatusMapOwner, _ map: StatusMap) -> [JSONValue.Member] {
    [
      .init("key", .text(owner.key?.text)),
      .init("map", .object(map.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.rawValue)) })),
      .init("table", .object(StatusWords.groups.map { .init($0.status.rawValue, .list($0.words)) })),
    ]
  }

  private static func effect(_ effect: StatusMapEffect, isDryRun: Bool) -> [JSONValue.Member] {
    [
      .init("dry_run", .bool(isDryRun)),
      .init(
        "effect",
        .object(
          [.init("messages", .count(effect.messages)), .init("clicks", .count(effect.clicks))]
            + JSONValue.members(of: effect.ledger)
            + [.init("clicks_left_alone", .count(effect.clicksLeftAlone))])),
    ]
  }
}
