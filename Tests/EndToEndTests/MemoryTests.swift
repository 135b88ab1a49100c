import Foundation
import JSON
import Testing

extension EndToEnd.Shared {
  /// What is made of a contact on the way to its references is freed, and must not stay in memory (docs/privacy.md).
  @Suite struct MemoryTests {
    @Test func whatWasFreedIsOverwritten() throws {
      let site = try sharedSite()
      let account = try site.account()
      // In capitals, so that whatever holds them in small letters was made on the way; of all lengths, since the C library
      // keeps freed blocks by their size. Phone numbers are too short to be told from what stays on a thread's stack.
      let mark = "MEMORYMARKER" + UUID().uuidString.replacing("-", with: "")
      for length in 1...60 {
        let lead: JSONValue = [
          "source": "memory", "click_id": .string("memory-\(length)"),
          "form_data": [
            "name": .string(mark + " " + String(repeating: "ABCDEFG", count: length)),
            "email": .string(mark + String(repeating: "A", count: length / 4) + "@EXAMPLE.COM"),
          ],
        ]
        #expect(site.client().post("/api/v1/decision", lead, key: account.keys.secret).status == 200)
      }
      let memory = try ProcessMemory(of: site.responder())
      #expect(memory.count(of: "memory-60") > 0, "the search would find nothing at all")
      #expect(memory.count(of: mark.lowercased()) == 0)
    }

    @Test func theAllocatorKeepsItsPromises() throws {
      let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("WipingFreeCheck").path
      let run = try Shell.run(program, [])
      #expect(run.code == 0, "\(run.output)")
    }
  }
}

/// What a process holds in memory that it can write to.
private struct ProcessMemory {
  private var regions: [Data] = []

  init(of process: Int32) throws {
    let memory = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(process)/mem"))
    defer { try? memory.close() }
    for line in try String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ")
      let bounds = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard words[1].hasPrefix("rw"), bounds.count == 2 else { continue }
      try memory.seek(toOffset: bounds[0])
      // A region may be gone since it was listed.
      if let region = try? memory.read(upToCount: Int(bounds[1] - bounds[0])) { regions.append(region) }
    }
  }

  func count(of text: String) -> Int {
    regions.map { region in
      var count = 0
      var rest = region.startIndex
      while let found = region.range(of: Data(text.utf8), in: rest..<region.endIndex) {
        count += 1
        rest = found.upperBound
      }
      return count
    }
    .reduce(0, +)
  }
}
