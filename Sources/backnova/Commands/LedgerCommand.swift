import ArgumentParser
import Domain
import Foundation
import JSON
import Storage

/// `backnova ledger`: whether the money is right.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Prove that the sums are right.", subcommands: [Verify.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make conversions and sums anew from messages and leads, and compare.",
      discussion: """
        Reads only, and may run beside the server. Ends with 0 where all is equal; else names each difference (at most \
        \(LedgerVerification.mostNamed) of a kind) and ends with 1.
        """)
    @Option(help: "One account, such as acc_1; else all.") var account: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let (store, _) = try StateFolder(Settings()).open()
      defer { store.close() }
      let id = try account.map { try accountID($0, in: store) }
      var progress = ProgressLine()
      let verification = try describingFailure { try store.verifyLedger(of: id) { progress.tell($0) } }
      progress.end()
      guard !verification.accounts.isEmpty else {
        throw CommandFault("There is no account, and so nothing to verify: check BACKNOVA_STATE.")
      }
      if json { printJSON(verification.json) } else { verification.print() }
      if !verification.isEqual { throw ExitCode(1) }
    }
  }
}

/// A line on standard error now and then, so that nobody takes a long run for a dead one.
private struct ProgressLine {
  private static let interval = Duration.seconds(2)
  private var toldAt = ContinuousClock.now
  private var hasTold = false

  mutating func tell(_ progress: VerificationProgress) {
    guard ContinuousClock.now - toldAt >= Self.interval else { return }
    (toldAt, hasTold) = (.now, true)
    write("\(progress.account.text): \(progress.done) \(progress.what) …\n")
  }

  func end() { if hasTold { write("done\n") } }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

extension LedgerVerification {
  fileprivate func print() {
    for sums in accounts {
      Swift.print(
        sums.account.text.padded(to: 10) + "\(sums.leads) leads, \(sums.conversions) conversions of \(sums.messages) "
          + "messages, \(sums.rollupRows) rows of sums; revenue \(sums.revenue.text), held \(sums.heldRevenue.text), "
          + "cost \(sums.cost.text)")
    }
    for difference in differences { Swift.print("DIFFERENT " + difference.text) }
    for (kind, count) in found.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > Self.mostNamed {
      Swift.print("… and \(count - Self.mostNamed) more of \(kind.rawValue)")
    }
    Swift.print(isEqual ? "equal" : "not equal: \(found.values.reduce(0, +)) differences")
  }

  fileprivate var json: JSONValue {
    [
      "equal": .bool(isEqual),
      "accounts": .array(
        accounts.map { sums in
          [
            "account_id": .string(sums.account.text), "leads": .integer(Int64(sums.leads)),
            "conversions": .integer(Int64(sums.conversions)), "messages": .integer(Int64(sums.messages)),
            "rollup_rows": .integer(Int64(sums.rollupRows)), "revenue": .decimal(sums.revenue.text),
            "held_revenue": .decimal(sums.heldRevenue.text), "cost": .decimal(sums.cost.text),
          ]
        }),
      "found": .object(
        LedgerDifference.Kind.allCases.map { .init($0.rawValue, .integer(Int64(found[$0] ?? 0))) }),
      "differences": .array(
        differences.map { difference in
          [
            "kind": .string(difference.kind.rawValue), "account_id": .string(difference.account.text),
            "click_id": difference.clickID.map { .string($0) } ?? .null, "place": .string(difference.place),
            "table": .string(difference.table), "log": .string(difference.log),
          ]
        }),
    ]
  }
}

extension LedgerDifference {
  /// What partners and trackers sent is quoted: it may hold anything, also what a terminal would obey.
  fileprivate var text: String {
    func quoted(_ text: String) -> String { String(decoding: JSONValue.string(text).encoded(), as: UTF8.self) }
    let click = clickID.map { " click " + quoted($0) } ?? ""
    return "\(account.text) \(kind.rawValue)\(click) \(quoted(place)): table \(quoted(table)), log \(quoted(log))"
  }
}
