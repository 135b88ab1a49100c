import FastCGI
import Glibc
import Synchronization
import Testing

/// The children here are shell lines: what they get and how they end is what counts.
@Suite struct SupervisorTests {
  @Test func handsOverSocketsAndIdentity() throws {
    let run = try SupervisedRun(
      """
      {
        echo $LISTEN_FDS; test "$LISTEN_PID" = $$ && echo own; echo ${LISTEN_FDNAMES-none}
        for n in 3 4 5 6; do test -e /proc/$$/fd/$n && echo $n; done
        while read -r name value; do test $name = SigBlk: && echo $name $value; done < /proc/$$/status
      } > log.new
      trap 'exit 7' TERM; mv log.new log; while :; do sleep 0.05; done
      """)
    let lines = try #require(run.waitForFile("log")).split(separator: "\n").map(String.init)
    #expect(lines == ["3", "own", "none", "3", "4", "5", "SigBlk: 0000000000000000"])
    for name in Supervisor.names { #expect(run.mode(of: name) == 0o660) }
    run.stop()
    #expect(try run.result() == 7)
    for name in Supervisor.names { #expect(run.mode(of: name) == nil) }
  }

  @Test func startsItAgainWhileConnectionsQueue() throws {
    let run = try SupervisedRun("echo x >> runs; trap 'exit 0' TERM; while :; do sleep 0.05; done; # $PPID")
    #expect(run.waitForRuns(1))
    let early = FastCGIClient(path: run.folder.path + "/decision.sock")
    #expect(early != nil)
    for runs in 2...4 {
      run.killChild()
      // Nobody listens at this moment, and the socket takes connections all the same.
      #expect(FastCGIClient(path: run.folder.path + "/postback.sock") != nil)
      #expect(run.waitForRuns(runs))
    }
    run.stop()
    #expect(try run.result() == 0)
    #expect(run.lines.filter { $0.contains("ended with code 137; starting it again") }.count == 3)
  }

  @Test func backsOffFromAChildThatDiesAtOnce() throws {
    let run = try SupervisedRun("echo x >> runs; exit 3")
    #expect(run.waitForRuns(5))  // 0, 100, 200, 400 ms between them
    run.stop()
    #expect(try run.result() == 3)
    #expect(
      run.lines.prefix(4).map { $0.split(separator: "code ").last.map(String.init) ?? "" } == [
        "3; starting it again", "3; starting it again in 100 ms", "3; starting it again in 200 ms",
        "3; starting it again in 400 ms",
      ])
  }

  @Test func killsAChildThatDoesNotStop() throws {
    let run = try SupervisedRun("trap '' TERM; echo x >> runs; while :; do sleep 0.05; done", stopSeconds: 1)
    #expect(run.waitForRuns(1))
    run.stop()
    #expect(try run.result() == 137)
  }

  @Test func replacesStaleSocketsOnly() throws {
    let run = try SupervisedRun("echo x >> runs; while :; do sleep 0.05; done")
    #expect(run.waitForRuns(1))
    // Two supervisors in one folder would take each other's sockets away.
    #expect(throws: SupervisorFault.alreadyRunning) {
      try Supervisor(directory: run.folder.path, command: ["true"]).run()
    }
    run.stop()
    _ = try run.result()

    let folder = try #require(TemporaryFolder())
    let listener = listenOn(folder.path + "/api.sock")
    #expect(throws: SupervisorFault.alreadyRunning) {
      try Supervisor(directory: folder.path, command: ["true"]).run()
    }
    close(listener)
    let again = try SupervisedRun("echo x >> runs; while :; do sleep 0.05; done", in: folder)
    #expect(again.waitForRuns(1))
    again.stop()
    #expect(try again.result() == 128 + SIGTERM)

    let blocked = try #require(TemporaryFolder())
    close(creat(blocked.path + "/api.sock", 0o600))
    #expect(throws: SupervisorFault.notASocket) {
      try Supervisor(directory: blocked.path, command: ["true"]).run()
    }
    #expect(access(blocked.path + "/api.sock", F_OK) == 0)
    #expect(access(blocked.path + "/decision.sock", F_OK) != 0)
  }

  @Test func saysWhatIsWrongBeforeItStarts() {
    let long = "/tmp/" + String(repeating: "d", count: 100)
    #expect(throws: SupervisorFault.pathTooLong(bytes: 119)) {
      try Supervisor(directory: long, command: ["true"]).run()
    }
    #expect(throws: SupervisorFault.directory(errno: ENOENT)) {
      try Supervisor(directory: "/tmp/backnova-no-such-folder", command: ["true"]).run()
    }
    #expect(throws: SupervisorFault.noCommand) { try Supervisor(directory: "/tmp", command: []).run() }
    #expect(SupervisorFault.pathTooLong(bytes: 119).text.contains("107"))
  }
}
