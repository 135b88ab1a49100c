import CCrypto
import Domain

/// Passwords of people: kept as scrypt hashes in a text that names its own parameters,
/// `$scrypt$ln=15,r=8,p=1$SALT$HASH` (salt and hash in hexadecimal), so that they can grow later.
package enum Password {
  /// Characters that a password must have.
  package static let minimumCharacters = 10
  /// Bytes that a password may have; longer ones are refused rather than cut.
  package static let maximumBytes = 1_024

  /// The text to keep. Needs 32 MiB and about 100 ms: that is its purpose. Callers refuse what is longer than
  /// ``maximumBytes`` before they come here; it throws then, too.
  package static func hash(_ password: String) throws(CryptoFault) -> String {
    let salt = try Digest.random(saltBytes)
    guard let hash = scrypt(password, salt: salt, cost: .now) else { throw .unavailable }
    return "$scrypt$\(Cost.now.text)$\(salt.hex)$\(hash.hex)"
  }

  /// Whether `password` is the one that `stored` was made of. Takes as long where there is no such person (`stored`
  /// nil), so that the time tells nobody who has an account.
  package static func verify(_ password: String, against stored: String?) -> Bool {
    guard password.utf8.count <= maximumBytes else { return false }
    guard let stored, let known = Stored(stored) else {
      _ = scrypt(password, salt: [UInt8](repeating: 0, count: saltBytes), cost: .now)
      return false
    }
    guard let hash = scrypt(password, salt: known.salt, cost: known.cost) else { return false }
    return Digest.equal(hash, known.hash)
  }

  /// A password that can be read out and typed: four groups of five characters, 100 random bits. No i, l, o, u.
  package static func random() throws(CryptoFault) -> String {
    let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    let characters = try Digest.random(20).map { digits[Int($0 & 31)] }
    return stride(from: 0, to: 20, by: 5).map { String(decoding: characters[$0..<$0 + 5], as: UTF8.self) }
      .joined(separator: "-")
  }

  private static let saltBytes = 16
  private static let hashBytes = 32

  private struct Cost: Equatable {
    /// N is two to the power of this.
    let logN: UInt64
    let r: UInt64
    let p: UInt64
    static let now = Cost(logN: 15, r: 8, p: 1)
    var text: String { "ln=\(logN),r=\(r),p=\(p)" }

    init(logN: UInt64, r: UInt64, p: UInt64) {
      self.logN = logN
      self.r = r
      self.p = p
    }

    /// Nil beyond what this process would spend on one log-in: 128 MiB, four times the work of now.
    init?(_ text: some StringProtocol) {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let names = ["ln=", "r=", "p="]
      let numbers = zip(parts, names).compactMap { $0.hasPrefix($1) ? UInt64($0.dropFirst($1.count)) : nil }
      guard parts.count == 3, numbers.count == 3, (1...17).contains(numbers[0]), (1...8).contains(numbers[1]),
        (1...4).contains(numbers[2])
      else { return nil }
      self.init(logN: numbers[0], r: numbers[1], p: numbers[2])
    }
  }

  private struct Stored {
    let cost: Cost
    let salt: [UInt8]
    let hash: [UInt8]

    init?(_ text: String) {
      let parts = text.split(separator: "$", omittingEmptySubsequences: false)
      guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Cost(parts[2]),
        let salt = [UInt8](hex: parts[3]), let hash = [UInt8](hex: parts[4]), hash.count == Password.hashBytes
      else { return nil }
      self.cost = cost
      self.salt = salt
      self.hash = hash
    }
  }

  /// The same letters typed on another system may come composed or not: form C is hashed.
  private static func scrypt(_ password: String, salt: [UInt8], cost: Cost) -> [UInt8]? {
    guard password.utf8.count <= maximumBytes else { return nil }
    var text = UnicodeForm.composed(password)
    var hash = [UInt8](repeating: 0, count: hashBytes)
    let done = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        bn_scrypt($0.baseAddress, $0.count, salt, salt.count, 1 << cost.logN, cost.r, cost.p, &hash, hash.count)
      }
    }
    return done == 1 ? hash : nil
  }
}
