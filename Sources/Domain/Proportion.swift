/// A share of a count, with the range that it may well be in: a share of few says little.
package struct Proportion: Equatable, Sendable {
  package let part: Int
  package let whole: Int

  /// - Parameter part: 0 to `whole`.
  package init(_ part: Int, of whole: Int) {
    self.part = part
    self.whole = whole
  }

  /// Nil where there is nothing to have a share of.
  package var share: Double? { whole == 0 ? nil : Double(part) / Double(whole) }

  /// The 95 % score interval of E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
  /// Journal of the American Statistical Association 22 (1927), 209–212; it stays within 0 to 1 and is honest for few.
  /// Nil where there is nothing to have a share of.
  package var interval: ClosedRange<Double>? {
    guard let share, share >= 0, share <= 1 else { return nil }
    let (z, n) = (1.959_963_984_540_054, Double(whole))
    let centre = share + z * z / (2 * n)
    let reach = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return max(0, (centre - reach) / scale)...min(1, (centre + reach) / scale)
  }
}
