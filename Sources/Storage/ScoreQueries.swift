import Domain
import GRDB

extension Store {
  /// What the score said of the leads of a range of days, of the account's roll-ups; no lead is looked at.
  package func scoreReport(of account: AccountID, from: Day, to: Day) throws(Failure) -> ScoreReport {
    try readReport { db in
      func sums(_ dimension: ReportDimension) throws -> ReportSums {
        try ReportSums(ReportQuery(account: account, from: from, to: to, groupBy: dimension), db)
      }
      var unbanded = ReportRow(key: Report.other)
      var tallies: [ScoreTally] = []
      for row in try sums(.score).rows where row.counts {
        if let scored = ScoredDecision(text: row.key) {
          tallies.append(ScoreTally(scored, row))
        } else {
          unbanded.add(row)
        }
      }
      return ScoreReport(
        tallies: tallies, unbanded: unbanded, reasons: try sums(.reason).rows.filter(\.counts),
        total: try sums(.day).sum)
    }
  }
}
