/// An account: one media buyer or team. Every row of every table belongs to one.
package struct AccountID: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension AccountID {
  /// What the world calls it: `acc_` and the number.
  package var text: String { "acc_" + String(rawValue) }

  package init?(text: some StringProtocol) {
    guard text.hasPrefix("acc_"), let number = Int64(text.dropFirst(4)), number > 0 else { return nil }
    self.rawValue = number
  }
}

/// A lead's own number. Made by us, so that it is known before it is stored; ordered by time of receipt.
package struct LeadID: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// What the world calls it: `evt_` and 13 characters, which sort as the ids do.
  package var eventID: String { "evt_" + SortableText.encode(rawValue) }

  /// Nil unless `eventID` is exactly what ``eventID`` would print.
  package init?(eventID: some StringProtocol) {
    guard eventID.hasPrefix("evt_"), let value = SortableText.decode(eventID.dropFirst(4)) else { return nil }
    self.rawValue = value
  }
}

/// A number of ours that the world sees as a prefix and 13 characters, which sort as the numbers do: by time.
package protocol TextualID: RawRepresentable, Hashable, Comparable, Sendable where RawValue == Int64 {
  static var prefix: String { get }
  init(rawValue: Int64)
}

extension TextualID {
  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// What the world calls it.
  package var text: String { Self.prefix + SortableText.encode(rawValue) }

  /// Nil unless `text` is exactly what ``text`` would print.
  package init?(text: some StringProtocol) {
    guard text.hasPrefix(Self.prefix), let value = SortableText.decode(text.dropFirst(Self.prefix.count)) else {
      return nil
    }
    self.init(rawValue: value)
  }
}

/// A message as it stands in the log of postbacks; ordered by time of receipt.
package struct PostbackID: TextualID {
  package static let prefix = "pb_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A conversion: the number of the message that opened it.
package struct ConversionID: TextualID {
  package static let prefix = "cnv_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A forward: a tracker that conversions are sent on to.
package struct ForwardID: TextualID {
  package static let prefix = "fwd_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// One change of a conversion on its way to one tracker; ordered by time.
package struct DeliveryID: TextualID {
  package static let prefix = "dlv_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A way to tell an account of alerts.
package struct AlertChannelID: TextualID {
  package static let prefix = "ach_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// One alert on its way to one channel.
package struct AlertMessageID: TextualID {
  package static let prefix = "alm_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// An erasure on record; ordered by time.
package struct ErasureID: TextualID {
  package static let prefix = "ers_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A key of an account.
package struct KeyID: TextualID {
  package static let prefix = "key_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A person who may log in.
package struct PersonID: TextualID {
  package static let prefix = "per_"
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Prints a non-negative 63-bit number as 13 characters of Crockford's base 32, in lower case, so that text sorts as
/// the number does and no two spellings name one id.
package enum SortableText {
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  package static func encode(_ value: Int64) -> String {
    String(unsafeUninitializedCapacity: 13) { buffer in
      for place in 0..<13 { buffer[place] = digits[Int(value >> (60 - 5 * Int64(place))) & 31] }
      return 13
    }
  }

  package static func decode(_ text: some StringProtocol) -> Int64? {
    guard text.utf8.count == 13 else { return nil }
    var value: UInt64 = 0
    for byte in text.utf8 {
      guard let digit = digits.firstIndex(of: byte) else { return nil }
      guard value >> 58 == 0 else { return nil }
      value = value << 5 | UInt64(digit)
    }
    return Int64(exactly: value)
  }
}
