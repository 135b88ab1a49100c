import Glibc
import HTTP

/// The FastCGI parameters of one request, read in one walk; nginx's configuration says where each comes from.
struct Parameters {
  private(set) var id: String?
  private(set) var method: String?
  private(set) var uri: [UInt8] = []
  private(set) var headers: [String: String] = [:]
  private(set) var remoteAddress = ""
  private(set) var country: String?
  private(set) var isSecure = false
  /// The length that the client announced; nil where it announced none, negative where it is not a number.
  private(set) var contentLength: Int?
  /// Whether there were more headers than allowed, or longer ones: the rest was not read.
  private(set) var hasTooManyHeaders = false

  private var contentType: String?
  private var headerCount = 0
  private var headerBytes = 0

  /// Reads `NAME=value` strings up to the closing null.
  init(_ strings: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, limits: ServerLimits) {
    guard var next = strings else { return }
    headers.reserveCapacity(16)
    while let string = next.pointee {
      if let equals = strchr(string, Int32(UInt8(ascii: "="))) {
        let name = UnsafeRawBufferPointer(start: string, count: equals - string)
        let value = UnsafeRawBufferPointer(start: equals + 1, count: strlen(equals + 1))
        read(name: name, value: value, limits: limits)
      }
      next += 1
    }
    if let contentType { headers["content-type"] = contentType }
    if contentLength == nil, let length = headers["content-length"] { contentLength = Self.length(of: length) }
  }

  private mutating func read(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, limits: ServerLimits) {
    guard !value.isEmpty else { return }
    if name.starts(with: "HTTP_") { return readHeader(name: name, value: value, limits: limits) }
    if name.equals("REQUEST_URI") {
      // One byte more than allowed says that it was too long.
      uri = Array(value.prefix(limits.uriBytes + 1))
    } else if name.equals("REQUEST_METHOD") {
      method = Self.method(value)
    } else if name.equals("CONTENT_TYPE") {
      contentType = String(decoding: value, as: UTF8.self)
    } else if name.equals("CONTENT_LENGTH") {
      contentLength = Self.length(of: String(decoding: value, as: UTF8.self))
    } else if name.equals("REMOTE_ADDR") {
      remoteAddress = String(decoding: value, as: UTF8.self)
    } else if name.equals("REQUEST_ID") {
      id = Self.id(value)
    } else if name.equals("GEO_COUNTRY") {
      country = Self.country(value)
    } else if name.equals("HTTPS") {
      isSecure = value.equals("on")
    }
  }

  private mutating func readHeader(
    name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, limits: ServerLimits
  ) {
    headerCount += 1
    headerBytes += name.count - 5 + value.count
    guard headerCount <= limits.headerCount, headerBytes <= limits.headerBytes else {
      hasTooManyHeaders = true
      return
    }
    let text = String(decoding: value, as: UTF8.self)
    let key = Self.headerName(name.dropFirst(5))
    guard let earlier = headers.updateValue(text, forKey: key) else { return }
    headers[key] = earlier + (key == "cookie" ? "; " : ", ") + text
  }

  /// `X_API_KEY` → `x-api-key`.
  private static func headerName(_ name: Slice<UnsafeRawBufferPointer>) -> String {
    String(unsafeUninitializedCapacity: name.count) { buffer in
      var count = 0
      for byte in name {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): buffer[count] = byte | 0x20
        case UInt8(ascii: "_"): buffer[count] = UInt8(ascii: "-")
        default: buffer[count] = byte
        }
        count += 1
      }
      return count
    }
  }

  private static func method(_ value: UnsafeRawBufferPointer) -> String? {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard value.count <= 32, value.allSatisfy({ letters.contains($0) || $0 == UInt8(ascii: "-") }) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  private static func id(_ value: UnsafeRawBufferPointer) -> String? {
    func isHex(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    guard value.count == 32, value.allSatisfy(isHex) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  private static func country(_ value: UnsafeRawBufferPointer) -> String? {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard value.count == 2, value.allSatisfy(letters.contains) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  private static func length(of text: String) -> Int {
    guard text.utf8.count <= 18, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
      return -1
    }
    return Int(text) ?? -1
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && starts(with: text)
  }

  fileprivate func starts(with text: StaticString) -> Bool {
    guard let baseAddress, count >= text.utf8CodeUnitCount else { return false }
    return memcmp(baseAddress, text.utf8Start, text.utf8CodeUnitCount) == 0
  }
}
