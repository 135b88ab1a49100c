/// How much of a text is read before it is refused.
package struct JSONLimits: Equatable, Sendable {
  /// Bytes of the whole text.
  package let bytes: Int
  /// Objects and arrays inside one another; a bare number has depth 0, `[]` has 1. Never above 64, so that a reader may
  /// walk a document by recursion.
  package let depth: Int
  /// Values in all: members, elements, and the root itself.
  package let values: Int
  /// Bytes of one number's literal.
  package let numberBytes: Int

  package init(bytes: Int, depth: Int, values: Int, numberBytes: Int) {
    self.bytes = min(max(bytes, 0), 1 << 30)
    self.depth = min(max(depth, 0), 64)
    self.values = values
    self.numberBytes = numberBytes
  }

  /// For the body of a request: 64 KiB, depth 16, 512 values, 64 bytes a number.
  package static let request = JSONLimits(bytes: 65_536, depth: 16, values: 512, numberBytes: 64)
}

/// A JSON text read strictly (RFC 8259) in one pass, with nothing decoded yet.
///
/// Beyond the grammar it refuses what readers disagree on: a byte order mark, U+0000 (raw or escaped), invalid UTF-8,
/// half surrogate pairs, and a key that an object names twice, whichever way the two are spelled. Keys are compared byte
/// by byte after decoding; Unicode normalisation plays no part.
///
/// Neither a document nor a node ever prints what it holds: bodies carry contact data.
package struct JSONDocument: Sendable {
  let storage: JSONStorage

  package init(_ bytes: [UInt8], limits: JSONLimits = .request) throws(JSONFault) {
    var scanner = JSONScanner(bytes: bytes, limits: limits)
    try scanner.scan()
    storage = JSONStorage(bytes: bytes, tape: scanner.tape)
  }

  /// The value that the whole text is.
  package var root: JSONNode { JSONNode(storage: storage, index: 0) }
}

/// The text and the tape over it, shared by all nodes of a document.
final class JSONStorage: Sendable {
  let bytes: [UInt8]
  let tape: [JSONEntry]
  init(bytes: [UInt8], tape: [JSONEntry]) {
    self.bytes = bytes
    self.tape = tape
  }
}

/// One value, or one key, on the tape. The tape holds them in the order of the text: a container is followed by its
/// content, and in an object each key is followed by its value.
struct JSONEntry: Sendable {
  var kind: JSONNode.Kind
  /// A string that holds at least one escape, so that its bytes are not yet its text.
  var isEscaped = false
  /// The first byte of the value; of a string, the first behind the quotation mark.
  var start: UInt32
  /// The byte behind the value; of a string, its closing quotation mark.
  var end: UInt32 = 0
  /// The place on the tape behind this value and all its content. While a container is being read: its parent.
  var next: UInt32 = 0
  /// Of a key: a hash of its decoded bytes.
  var hash: UInt32 = 0

  var range: Range<Int> { Int(start)..<Int(end) }
}

extension JSONDocument: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "JSONDocument" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
