import FastCGI
import Glibc
import Testing

@Suite struct ListenerTests {
  @Test func isNamedByItsPath() throws {
    let folder = try #require(TemporaryFolder())
    #expect(try openListener(folder.path + "/postback.sock").name == "postback")
    #expect(try openListener(folder.path + "/log").name == "log")
  }

  @Test func refusesWhatDoesNotListen() throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    #expect(throws: ListenerFault.notAListener(descriptor: descriptor)) { try Listener(descriptor: descriptor) }
    #expect(throws: ListenerFault.notAListener(descriptor: 9_999)) { try Listener(descriptor: 9_999) }
  }

  @Test func inheritsOnlyWhatIsMeantForIt() throws {
    let own = String(getpid())
    #expect(throws: ListenerFault.noneInherited) { try Listener.inherited(count: nil, processID: own) }
    #expect(throws: ListenerFault.noneInherited) { try Listener.inherited(count: "0", processID: own) }
    #expect(throws: ListenerFault.notForThisProcess) { try Listener.inherited(count: "3", processID: "1") }
    #expect(throws: ListenerFault.notForThisProcess) { try Listener.inherited(count: "3", processID: nil) }
    #expect(throws: ListenerFault.notForThisProcess) { try Listener.inherited(count: "x", processID: own) }
    #expect(throws: ListenerFault.notForThisProcess) { try Listener.inherited(count: "-1", processID: own) }
  }
}
