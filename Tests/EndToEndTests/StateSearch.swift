import Foundation

/// Looks for texts in every file under a folder: as they are (whatever the case), in hex, in base64.
struct StateSearch {
  private struct Needle {
    let name: String
    let bytes: [UInt8]
  }
  /// By their first two bytes.
  private let byStart: [[Needle]]

  /// - Parameters:
  ///   - texts: what must not be there.
  ///   - digests: hex of bytes that must not be there either, as hex or as they are.
  init(_ texts: [String], digests: [String] = []) {
    let needles =
      texts.flatMap { text -> [Needle] in
        let bytes = Array(text.utf8)
        let upper = Array(text.uppercased().utf8)
        let plain = [
          Needle(name: text, bytes: Array(text.lowercased().utf8)),
          Needle(name: text + " in hex", bytes: Self.hex(bytes)),
          Needle(name: text + " in hex", bytes: Self.hex(upper)),
          Needle(name: text + " in hex", bytes: Self.hex(Array(text.lowercased().utf8))),
        ]
        return plain + Self.base64(bytes).map { Needle(name: text + " in base64", bytes: $0) }
      }
      + digests.flatMap { digest in
        [
          Needle(name: "digest " + digest, bytes: Array(digest.utf8)),
          Needle(name: "digest " + digest, bytes: Self.lowerCased(Self.unhex(digest))),
        ]
      }
    var byStart = [[Needle]](repeating: [], count: 65_536)
    for needle in needles { byStart[Int(needle.bytes[0]) << 8 | Int(needle.bytes[1])].append(needle) }
    self.byStart = byStart
  }

  /// What was found where.
  func findings(in folder: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.flatMap { name -> [String] in
      let data = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
      // Base64 has lost its case here: so many characters do not agree by chance.
      return found(in: Self.lowerCased(Array(data))).map { "\(name): \($0)" }
        + found(in: Self.lowerCased(Array(name.utf8))).map { "the name \(name): \($0)" }
    }
  }

  /// What was found in `bytes`.
  func findings(in bytes: [UInt8]) -> Set<String> { found(in: Self.lowerCased(bytes)) }

  /// The names of the needles in a file, which is read once for all of them.
  private func found(in file: [UInt8]) -> Set<String> {
    var found: Set<String> = []
    file.withUnsafeBytes { file in
      guard file.count > 1 else { return }
      for place in 0..<(file.count - 1) {
        for needle in byStart[Int(file[place]) << 8 | Int(file[place + 1])]
        where file.count - place >= needle.bytes.count
          && file[place..<(place + needle.bytes.count)].elementsEqual(needle.bytes)
        {
          found.insert(needle.name)
        }
      }
    }
    return found
  }

  private static func lowerCased(_ bytes: [UInt8]) -> [UInt8] { bytes.map { (65...90).contains($0) ? $0 | 0x20 : $0 } }

  private static func hex(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().utf8)
  }

  private static func unhex(_ text: String) -> [UInt8] {
    stride(from: 0, to: text.utf8.count - 1, by: 2).compactMap {
      UInt8(text.dropFirst($0).prefix(2), radix: 16)
    }
  }

  /// What the bytes become inside a longer base64 text, at each of three alignments, without the ends that depend on
  /// their neighbours; in lower case, as files are searched.
  private static func base64(_ bytes: [UInt8]) -> [[UInt8]] {
    (0..<3).map { shift in
      let text = Data([UInt8](repeating: 0, count: shift) + bytes).base64EncodedString()
      let end = (shift + bytes.count) / 3 * 4
      return lowerCased(Array(text.utf8.prefix(end).dropFirst(shift == 0 ? 0 : 4)))
    }
  }
}
