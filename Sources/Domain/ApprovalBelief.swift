import Foundation

/// What is believed of the chance that a partner approves a lead: a Beta distribution.
package struct ApprovalBelief: Equatable, Sendable {
  /// Its mean; kept within 0.001 and 0.999.
  package let probability: Double
  /// How many leads' worth of evidence stand behind it; at least 1.
  package let evidence: Double

  package init(probability: Double, evidence: Double) {
    self.probability = min(max(probability, 0.001), 0.999)
    self.evidence = max(evidence, 1)
  }

  private var successes: Double { probability * evidence }
  private var failures: Double { (1 - probability) * evidence }

  /// One chance that may be the true one, as often as it is likely to be.
  package func sample(_ random: inout some RandomNumberGenerator) -> Double {
    let (good, bad) = (Self.gamma(successes, &random), Self.gamma(failures, &random))
    return good + bad > 0 ? good / (good + bad) : probability
  }

  /// How likely each of several is the best one: its chance times its worth the highest. The sum is 1.
  /// - Parameter worth: of an approval, above 0.
  package static func likelihoodsOfBest(_ candidates: [(belief: ApprovalBelief, worth: Double)]) -> [Double] {
    guard candidates.count > 1 else { return candidates.map { _ in 1 } }
    let highest = candidates.map(\.worth).max() ?? 1
    let masses = candidates.map { $0.belief.masses(worth: $0.worth, highest: highest) }
    var below = candidates.map { _ in 0.0 }
    var likelihoods = below
    for step in 0..<steps {
      // Of those that fall into one step each is as likely the higher one.
      let upTo = candidates.indices.map { below[$0] + masses[$0][step] / 2 }
      let allUpTo = upTo.reduce(1, *)
      for place in candidates.indices where masses[place][step] > 0 && upTo[place] > 0 {
        likelihoods[place] += masses[place][step] * allUpTo / upTo[place]
      }
      for place in candidates.indices { below[place] += masses[place][step] }
    }
    let sum = likelihoods.reduce(0, +)
    return sum > 0 ? likelihoods.map { $0 / sum } : candidates.map { _ in 1 / Double(candidates.count) }
  }

  private static let steps = 128

  /// How much of it falls into each of equal steps of worth from 0 to the highest.
  private func masses(worth: Double, highest: Double) -> [Double] {
    var masses = (0..<Self.steps).map { step -> Double in
      let chance = (Double(step) + 0.5) / Double(Self.steps) * highest / worth
      guard chance < 1 else { return 0 }
      return exp((successes - 1) * log(chance) + (failures - 1) * log(1 - chance) + peakShift)
    }
    let sum = masses.reduce(0, +)
    guard sum > 0, sum.isFinite else {
      // Narrower than a step: all of it lies in one.
      masses = masses.map { _ in 0 }
      masses[min(Int(probability * worth / highest * Double(Self.steps)), Self.steps - 1)] = 1
      return masses
    }
    return masses.map { $0 / sum }
  }

  /// Keeps densities of sharp beliefs within what a Double holds.
  private var peakShift: Double { -(successes - 1) * log(probability) - (failures - 1) * log(1 - probability) }

  /// Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).
  private static func gamma(_ shape: Double, _ random: inout some RandomNumberGenerator) -> Double {
    if shape < 1 {
      return gamma(shape + 1, &random) * pow(Double.random(in: .leastNonzeroMagnitude..<1, using: &random), 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    // One in twenty is drawn again; a limit all the same.
    for _ in 0..<1_000 {
      let x = normal(&random)
      let v = pow(1 + c * x, 3)
      guard v > 0 else { continue }
      let u = Double.random(in: .leastNonzeroMagnitude..<1, using: &random)
      if log(u) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
    return shape
  }

  /// Box and Muller.
  private static func normal(_ random: inout some RandomNumberGenerator) -> Double {
    let radius = (-2 * log(Double.random(in: .leastNonzeroMagnitude..<1, using: &random))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
  }
}
