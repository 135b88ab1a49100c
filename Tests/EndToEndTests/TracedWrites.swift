import Foundation

/// What processes handed to the kernel, and where it went, as ``Strace`` wrote it down with ``options``.
struct TracedWrites {
  /// Every call by which bytes of a process's own memory go somewhere.
  static let calls = [
    "write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg", "sendmmsg", "connect",
  ]
  /// Calls by which bytes could go somewhere without being seen.
  static let unseen = [
    "sendfile", "splice", "vmsplice", "tee", "copy_file_range", "io_uring_setup", "process_vm_writev",
  ]
  /// Strings whole and in hex, descriptors with what they are.
  static let options = ["-yy", "-xx", "-s", "4194304"]

  /// All bytes that went to one place, one after the other, by the place as strace names it: `/path`,
  /// `TCP:[127.0.0.1:1->127.0.0.1:2]`, `UNIX-STREAM:[1->2,"/path"]`.
  private(set) var bytes: [String: [UInt8]] = [:]
  /// Paths of unix sockets that were connected to, by the inode of this end.
  private(set) var sockets: [String: String] = [:]
  /// Lines of ``unseen`` calls, and of such that were cut.
  private(set) var faults: [String] = []

  init(_ record: String) {
    for line in record.utf8.split(separator: UInt8(ascii: "\n")) { read(line) }
  }

  private mutating func read(_ line: Substring.UTF8View) {
    let call = line.drop { (48...57).contains($0) || $0 == 32 }
    let name = String(decoding: call.prefix { $0 != UInt8(ascii: "(") }, as: UTF8.self)
    guard Self.calls.contains(name) || Self.unseen.contains(name) else { return }
    let rest = Array(call.dropFirst(name.utf8.count + 1))
    guard !Self.unseen.contains(name), let end = rest.firstRange(of: Array(">, ".utf8)),
      let start = rest.firstIndex(of: UInt8(ascii: "<"))
    else {
      // A call on a descriptor that was closed fails and sends nothing.
      if Self.unseen.contains(name) { faults.append(String(decoding: line.prefix(200), as: UTF8.self)) }
      return
    }
    let place = String(decoding: Self.unescaped(rest[(start + 1)..<end.lowerBound]), as: UTF8.self)
    let arguments = rest[end.upperBound...]
    if arguments.firstRange(of: Array("\"...".utf8)) != nil { faults.append("cut: \(name) to \(place)") }
    let strings = Self.strings(in: arguments)
    guard name == "connect" else { return bytes[place, default: []] += strings }
    guard place.hasPrefix("UNIX") else { return }
    sockets[Self.inode(of: place)] = String(decoding: strings, as: UTF8.self)
  }

  /// The path of the unix socket that a place is connected to, whichever end it is; nil: it is none.
  func socketPath(of place: String) -> String? {
    guard place.hasPrefix("UNIX") else { return nil }
    let parts = place.split(separator: "\"")
    return parts.count == 3 ? String(parts[1]) : sockets[Self.inode(of: place)]
  }

  /// The port at the other end of a TCP connection.
  static func port(of place: String) -> Int? {
    guard place.hasPrefix("TCP") else { return nil }
    return place.split(separator: ":").last.flatMap { Int($0.prefix { $0 != "]" }) }
  }

  private static func inode(of place: String) -> String {
    String(place.drop { $0 != "[" }.dropFirst().prefix(while: \.isNumber))
  }

  /// What stands between quotes, one after the other.
  private static func strings(in bytes: ArraySlice<UInt8>) -> [UInt8] {
    let quoted = bytes.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    return quoted.enumerated().filter { $0.offset % 2 == 1 }.flatMap { unescaped($0.element) }
  }

  /// With `\x6a` as the byte that it stands for.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 4)
    var place = bytes.startIndex
    while place < bytes.endIndex {
      if bytes[place] == UInt8(ascii: "\\"), place + 3 < bytes.endIndex,
        let high = digit(bytes[place + 2]), let low = digit(bytes[place + 3])
      {
        result.append(high << 4 | low)
        place += 4
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return result
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 97...102: byte - 87
    default: nil
    }
  }
}
