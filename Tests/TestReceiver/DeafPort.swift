import Glibc

/// A port that takes no connection and refuses none: its queue is full.
package final class DeafPort: Sendable {
  package let port: Int
  private let descriptors: [Int32]

  package init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    var opened = [listener]
    let isOpen = withUnsafeMutableBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { address in
        guard bind(listener, address.baseAddress, size) == 0, listen(listener, 0) == 0,
          getsockname(listener, address.baseAddress, &size) == 0
        else { return false }
        for _ in 0..<4 {
          let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
          let filler = socket(AF_INET, kind, 0)
          opened.append(filler)
          _ = connect(filler, address.baseAddress, size)
        }
        return true
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    descriptors = opened
    guard isOpen else { throw ReceiverFault() }
  }

  deinit { for descriptor in descriptors { close(descriptor) } }
}
