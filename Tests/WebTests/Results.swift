import Synchronization

/// Words that many threads bring, counted.
final class Results: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  func add(_ word: String) { counts.withLock { $0[word, default: 0] += 1 } }
  func count(_ word: String) -> Int { counts.withLock { $0[word, default: 0] } }
  var words: Set<String> { counts.withLock { Set($0.keys) } }
}
