import Domain
import Foundation
import Privacy
import Testing

@Suite struct APIKeySecretTests {
  @Test(arguments: [(KeyKind.secret, "bn_live_"), (.publishable, "bn_pub_"), (.postback, "bn_pb_")])
  func madeKeysAreRecognised(kind: KeyKind, prefix: String) throws {
    let key = try APIKeySecret.make(kind)
    #expect(key.text.hasPrefix(prefix))
    #expect(key.text.utf8.count == prefix.utf8.count + 32)
    #expect(APIKeySecret(key.text)?.kind == kind)
    #expect(APIKeySecret(key.text)?.digest == Digest.sha256(key.text))
    #expect(key.masked == key.text.prefix(12) + "…" + key.text.suffix(4))
  }

  @Test func keysDoNotRepeatAndUseEveryDigit() throws {
    let keys = try (0..<200).map { _ in try APIKeySecret.make(.postback).text }
    #expect(Set(keys).count == 200)
    #expect(Set(keys.joined().replacingOccurrences(of: "bn_pb_", with: "")).count == 62)
  }

  @Test(arguments: [
    "", "bn_live_", "bn_live_short", "bn_xxxx_" + String(repeating: "a", count: 32), String(repeating: "a", count: 40),
    "bn_live_" + String(repeating: "a", count: 31), "bn_live_" + String(repeating: "a", count: 33),
    "bn_live_" + String(repeating: "a", count: 31) + "-", "BN_LIVE_" + String(repeating: "a", count: 32),
    "bn_pub_" + String(repeating: "é", count: 16), " bn_pb_" + String(repeating: "a", count: 32),
  ])
  func otherShapesAreNoKeys(text: String) {
    #expect(APIKeySecret(text) == nil)
  }

  @Test func aKeyIsNotShown() throws {
    let key = try APIKeySecret.make(.secret)
    var dumped = ""
    dump(key, to: &dumped)
    #expect(!"\(key) \(String(reflecting: key)) \(dumped)".contains(key.text))
  }
}

@Suite struct PasswordTests {
  @Test func theRightPasswordAlone() throws {
    let stored = try Password.hash("correct horse ë")
    #expect(stored.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
    #expect(!stored.contains("horse"))
    #expect(Password.verify("correct horse ë", against: stored))
    #expect(Password.verify("correct horse e\u{308}", against: stored), "the same letter, typed on another system")
    #expect(!Password.verify("correct horse", against: stored))
    #expect(!Password.verify("", against: stored))
    #expect(try Password.hash("correct horse ë") != stored)
  }

  /// RFC 7914, section 12: N = 1024, r = 8, p = 16 is beyond what we verify; N = 16, r = 1, p = 1 is not, but its hash is
  /// 64 bytes. A hash of this library's first 32 bytes is a prefix of it, since scrypt ends in PBKDF2.
  @Test func scryptOfTheStandard() {
    let hash = "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
    #expect(Password.verify("", against: "$scrypt$ln=4,r=1,p=1$$\(hash)"))
    #expect(!Password.verify("x", against: "$scrypt$ln=4,r=1,p=1$$\(hash)"))
  }

  @Test(
    arguments: [
      nil, "", "$", "$scrypt$$$", "$scrypt$ln=40,r=8,p=1$00$00", "$bcrypt$ln=15,r=8,p=1$00$00",
      "$scrypt$ln=15,r=8$00$" + String(repeating: "0", count: 64),
    ] as [String?])
  func nobodyVerifiesAgainstWhatIsNoHash(stored: String?) {
    #expect(!Password.verify("", against: stored))
  }

  @Test func tooLongIsRefused() {
    let long = String(repeating: "a", count: Password.maximumBytes + 1)
    #expect(throws: CryptoFault.self) { try Password.hash(long) }
    #expect(!Password.verify(long, against: nil))
  }

  @Test func randomPasswords() throws {
    let passwords = try (0..<100).map { _ in try Password.random() }
    #expect(Set(passwords).count == 100)
    #expect(passwords.allSatisfy { $0.split(separator: "-").map(\.count) == [5, 5, 5, 5] })
    #expect(Set(passwords.joined()).isDisjoint(with: "ilouILOU"))
  }
}

@Suite struct ServerKeyTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "server-key-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String = "server.key") -> String { folder.appending(path: name).path }

  private func put(_ text: String, mode: Int = 0o600) throws {
    try text.write(toFile: path(), atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path())
  }

  private func fault() -> ServerKeyFault? {
    do throws(ServerKeyFault) {
      _ = try ServerKey.load(path: path())
      return nil
    } catch {
      return error
    }
  }

  @Test func madeOnceAndFoundAgain() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let key = try ServerKey.loadOrCreate(path: path())
    #expect(key.bytes.count == 32)
    #expect(try ServerKey.loadOrCreate(path: path()).bytes == key.bytes)
    #expect(try ServerKey.load(path: path()).bytes == key.bytes)
    let attributes = try FileManager.default.attributesOfItem(atPath: path())
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["server.key"])
    #expect(throws: ServerKeyFault.exists(path: path())) { try ServerKey.create(path: path()) }
    #expect(!"\(key)".contains(key.bytes.hex))
  }

  @Test func refusesWhatIsNotSafeOrWhole() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = String(repeating: "0f", count: 32)
    #expect(fault() == .missing(path: path()))
    for mode in [0o644, 0o640, 0o604, 0o660, 0o610] {
      try put(good, mode: mode)
      #expect(fault() == .exposed(path: path()))
      #expect(fault()?.text.contains("chmod 600") == true)
    }
    for text in ["", "0f", good + "0f", String(good.dropLast()), String(good.dropLast(2)) + "xy", good + "\n\n\n"] {
      try put(text)
      #expect(fault() == .malformed(path: path()))
    }
    for (text, mode) in [(good, 0o600), (good + "\n", 0o400), (good.uppercased(), 0o600)] {
      try? FileManager.default.removeItem(atPath: path())
      try put(text, mode: mode)
      #expect(fault() == nil)
    }
    try FileManager.default.removeItem(atPath: path())
    try FileManager.default.createDirectory(atPath: path(), withIntermediateDirectories: false)
    #expect(fault() == .notAFile(path: path()))
    #expect(throws: ServerKeyFault.self) { try ServerKey.create(path: path("none/server.key")) }
  }
}

@Suite struct AddressHashTests {
  @Test func oneAddressOneHashInOneProcess() throws {
    let hash = try AddressHash()
    #expect(hash("203.0.113.7") == hash("::ffff:203.0.113.7"))
    #expect(hash("203.0.113.7") != hash("203.0.113.8"))
    #expect(hash("not an address") != hash("another"))
    #expect(try AddressHash()("203.0.113.7") != hash("203.0.113.7"))
  }
}
