import Domain
import Privacy
import Testing

@Suite struct DigestTests {
  @Test func sha256OfTheStandard() {
    #expect(
      Digest.sha256("abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.sha256([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  /// RFC 4231, cases 1, 2, 3 and 6 (a key longer than a block); then a key as long as one, one longer by a byte, and nothing,
  /// as Python has them.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xAA, count: 64), Array("border".utf8),
      "5c9ae5a970e3f812506e983f8e7f78f0b6068d2a2548c12fbbe02b8ceb54edb7"
    ),
    (
      [UInt8](repeating: 0xAA, count: 65), Array("border".utf8),
      "19743e2f4c32c7d1cb133d31013d54fda99c420b91417adfe418f1a9d57aad28"
    ),
    (
      Array("key".utf8), [],
      "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0"
    ),
    (
      [], [],
      "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    ),
  ])
  func hmacOfTheStandard(key: [UInt8], message: [UInt8], expected: String) {
    #expect(Digest.hmac(key: key, message).hex == expected)
  }

  @Test func comparesWholeArrays() {
    #expect(Digest.equal([1, 2, 3], [1, 2, 3]))
    #expect(!Digest.equal([1, 2, 3], [1, 2, 4]))
    #expect(!Digest.equal([1, 2, 3], [1, 2]))
    #expect(Digest.equal([], []))
  }

  @Test func randomBytesDiffer() throws {
    let bytes = try (0..<50).map { _ in try Digest.random(16) }
    #expect(Set(bytes).count == 50)
    #expect(bytes.allSatisfy { $0.count == 16 })
  }
}
