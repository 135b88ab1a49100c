import CCrypto

/// Bytes that hold contact data on their way out: they have one owner, cannot be copied, printed or stored, and are
/// wiped when they go, and where they outgrow their place.
package struct WipedBytes: ~Copyable {
  private var memory: UnsafeMutableBufferPointer<UInt8>
  package private(set) var count = 0

  package init(capacity: Int = 1_024) { memory = .allocate(capacity: max(capacity, 16)) }

  deinit { Self.end(memory) }

  package mutating func append(_ byte: UInt8) {
    if count == memory.count { grow() }
    memory[count] = byte
    count += 1
  }

  package mutating func append(_ bytes: borrowing Span<UInt8>) {
    for place in bytes.indices { append(bytes[place]) }
  }

  package mutating func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// Lends the bytes: what is made of them must not outlive the call.
  package borrowing func withUnsafeBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    body(UnsafeBufferPointer(memory.extracting(..<count)))
  }

  private mutating func grow() {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: memory.count * 2)
    _ = larger.update(fromContentsOf: memory)
    Self.end(memory)
    memory = larger
  }

  private static func end(_ memory: UnsafeMutableBufferPointer<UInt8>) {
    bn_wipe(memory.baseAddress, memory.count)
    memory.deallocate()
  }
}
