import Foundation

/// Looks for a text in bytes: plain in any case, in hexadecimal of either case, and in base64 at each of its three offsets.
struct MarkerSearch {
  private let bytes: Data
  private let foldedBytes: Data

  init(_ bytes: [UInt8]) {
    self.bytes = Data(bytes)
    foldedBytes = Data(bytes.map { (65...90).contains($0) ? $0 + 32 : $0 })
  }

  func finds(_ marker: String) -> Bool {
    let plain = Array(marker.lowercased().utf8)
    let hex = plain.map { String(format: "%02x", $0) }.joined()
    if contains(plain, in: foldedBytes) || contains(Array(hex.utf8), in: foldedBytes) { return true }
    return [marker, marker.lowercased()].contains { text in
      (0..<3).contains { offset in contains(base64(text, offset: offset), in: bytes) }
    }
  }

  /// What stands for `text` in the base64 of anything that holds it so many bytes behind a whole group.
  private func base64(_ text: String, offset: Int) -> [UInt8] {
    let encoded = Array(Data(Array(repeating: 0, count: offset) + Array(text.utf8)).base64EncodedString().utf8)
    let first = offset == 0 ? 0 : offset + 1
    let whole = (offset + text.utf8.count) / 3 * 4
    return Array(encoded[min(first, whole)..<whole])
  }

  private func contains(_ wanted: [UInt8], in data: Data) -> Bool {
    wanted.count >= 6 && data.range(of: Data(wanted)) != nil
  }
}
