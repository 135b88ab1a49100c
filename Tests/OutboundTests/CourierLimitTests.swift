import Foundation
import Outbound
import Synchronization
import TestReceiver
import Testing

/// Answers that would fill a memory or never end.
@Suite(.serialized) struct CourierLimitTests {
  private final class Counted: Sendable {
    let bytes = Atomic<Int>(0)
  }

  /// The bytes that a receiver got rid of, and what the courier made of them.
  private func flood(
    header: String, _ piece: [UInt8], most: Int = 1 << 30
  ) throws -> (sent: Int, result: CallResult) {
    let count = Counted()
    let receiver = try Receiver { connection in
      _ = connection.request()
      connection.send(header)
      while count.bytes.load(ordering: .relaxed) < most, connection.send(piece) {
        count.bytes.add(piece.count, ordering: .relaxed)
      }
    }
    let result = try Bench().call(receiver.url())
    return (count.bytes.load(ordering: .relaxed), result)
  }

  @Test func theStandardLimitsAreThoseOfTheContract() {
    let limits = CallLimits()
    #expect(limits.connect == 5_000 && limits.whole == 15_000 && limits.body == 65_536 && limits.header == 65_536)
  }

  @Test func aGigabyteInChunksIsCut() throws {
    let piece = Array("10000\r\n".utf8) + [UInt8](repeating: 0x61, count: 65_536) + Array("\r\n".utf8)
    let (sent, result) = try flood(header: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", piece)
    #expect(result.status == 200 && result.failure == .tooLong && result.isDelivered && result.milliseconds < 8_000)
    #expect(result.text == String(repeating: "a", count: 512))
    // What the system's buffers took, no more.
    #expect(sent < 32 << 20)
  }

  @Test func aGigabyteOfKnownLengthIsCut() throws {
    let (sent, result) = try flood(
      header: "HTTP/1.1 500 No\r\nContent-Length: 1073741824\r\n\r\n", [UInt8](repeating: 0x61, count: 65_536))
    #expect(result.status == 500 && result.failure == .tooLong && !result.isDelivered && sent < 32 << 20)
  }

  @Test func sixtyFourKibibytesAreReadWhole() throws {
    let receiver = try Receiver(answering: answer("200 OK", body: String(repeating: "a", count: 65_536)))
    let bench = try Bench()
    #expect(try bench.call(receiver.url()).failure == nil)
    #expect(try bench.call(receiver.url()).failure == nil)
    #expect(receiver.connections == 1)
    let longer = try Receiver(answering: answer("200 OK", body: String(repeating: "a", count: 65_537)))
    #expect(try bench.call(longer.url()).failure == .tooLong)
  }

  private func compressed(_ command: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(data)
  }

  /// 64 MiB in 64 KB, as a content coding (never asked for, never unpacked) and as a transfer coding (unpacked, counted
  /// so).
  @Test func gzipBombsAreCut() throws {
    let bomb = try compressed("head -c 67108864 /dev/zero | gzip -9")
    try #require(bomb.count > 60_000 && bomb.count < 80_000)
    for header in ["Content-Encoding: gzip\r\nContent-Length: 1000000000", "Transfer-Encoding: gzip"] {
      let (_, result) = try flood(header: "HTTP/1.1 200 OK\r\n\(header)\r\n\r\n", bomb, most: bomb.count * 4)
      #expect(result.status == 200 && result.failure == .tooLong && result.milliseconds < 8_000, "\(header) \(result)")
    }
  }

  @Test func aSmallGzipAnswerIsNotUnpacked() throws {
    let body = try compressed("head -c 67108864 /dev/zero | gzip -9").prefix(2_000)
    let receiver = try Receiver { connection in
      while connection.request() != nil {
        connection.send(Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2000\r\n\r\n".utf8) + body)
      }
    }
    let result = try Bench().call(receiver.url())
    #expect(result.status == 200 && result.failure == nil && result.text.utf8.count <= 512)
  }

  @Test(arguments: [
    "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
  ])
  func aFloodOfInterimAnswersIsCut(_ piece: String) throws {
    let (sent, result) = try flood(header: "", Array(piece.utf8))
    #expect(result.status == nil && result.failure == .tooLong && result.milliseconds < 8_000 && sent < 32 << 20)
  }

  @Test func aFloodOfHeaderLinesIsCut() throws {
    let (_, many) = try flood(header: "HTTP/1.1 200 OK\r\n", Array("X-Filler: 0123456789\r\n".utf8))
    #expect(many.status == nil && many.failure == .tooLong && !many.isDelivered)
  }

  /// libcurl gives a line of 100 KB up by itself.
  @Test func anEndlessHeaderLineIsCut() throws {
    let (sent, result) = try flood(header: "HTTP/1.1 200 OK\r\nX-Filler: ", [UInt8](repeating: 0x61, count: 65_536))
    #expect(result.status == nil && result.failure == .tooLong && sent < 32 << 20 && result.milliseconds < 8_000)
  }

  @Test func aFloodOfTrailersIsCut() throws {
    let (_, result) = try flood(
      header: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n",
      Array("X-Filler: 0123456789\r\n".utf8))
    #expect(result.status == 200 && result.failure == .tooLong && result.isDelivered && result.text == "ok")
  }

  @Test func interimAnswersAreNotTheAnswer() throws {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nRetry-After: 7\r\n\r\n"
    let receiver = try Receiver(answering: interim + answer("201 Created", body: "made"))
    let bench = try Bench()
    for _ in 0..<3 {
      let result = try bench.call(receiver.url())
      #expect(result.status == 201 && result.failure == nil && result.text == "made")
    }
    let only = try Receiver { connection in
      _ = connection.request()
      connection.send(interim)
    }
    let none = try bench.call(only.url())
    #expect(none.status == nil && none.failure == .reset && none.retryAfter == nil && !none.isDelivered)
  }
}
