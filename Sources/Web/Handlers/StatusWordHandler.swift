import Domain
import HTTP
import JSON
import Storage

/// `/api/v1/postbacks/presets` and `/unmapped`: what networks call things, and which of their words nothing names yet.
enum StatusWordHandler {
  static func presets(_ call: Call) throws -> Response {
    let host = call.request.headers["host"] ?? "HOST"
    return .json(["presets": .array(NetworkPreset.all.map { members(of: $0, host: host) })])
  }

  static func unmapped(_ call: Call) throws -> Response {
    let words = try call.store.unmappedWords(of: call.account.id)
    return .json(["words": .array(words.map(members(of:)))])
  }

  private static func members(of preset: NetworkPreset, host: String) -> JSONValue {
    let words = preset.words.sorted { $0.key < $1.key }
    return [
      "slug": .string(preset.slug), "name": .string(preset.name),
      "words": .object(words.map { .init($0.key, .string($0.value.rawValue)) }),
      "macros": [
        "click_id": .string(preset.macros.clickID), "status": .text(preset.macros.status),
        "payout": .text(preset.macros.payout), "txid": .text(preset.macros.txid),
        "currency": .text(preset.macros.currency),
      ],
      "url": .string(preset.postbackURL(host: host, key: "KEY")), "source": .string(preset.source),
      "note": .text(preset.note),
    ]
  }

  private static func members(of word: UnmappedWord) -> JSONValue {
    [
      "word": .string(word.word), "key_id": word.keyID.rawValue == 0 ? .null : .string(word.keyID.text),
      "messages": .count(word.messages), "first_at": .time(word.firstAt), "last_at": .time(word.lastAt),
      "suggested_status": .text(ConversionStatus.suggested(forUnmapped: word.word)?.rawValue),
    ]
  }
}
