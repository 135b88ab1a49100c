import Domain

/// The rules that reject a lead whatever its score would be. An account may switch each of them off; a rule that is off
/// plays no part at all.
package struct HardRules: Equatable, Sendable {
  /// A hidden form field, which people leave empty, had a value.
  package var honeypot = true
  /// Every one of e-mail and phone that was sent is syntactically impossible. An impossible e-mail beside a possible
  /// or hashed phone, or the other way round, only costs points: the partner can still reach that person.
  package var impossibleContact = true
  /// The client calls itself a program: by its user agent, or by `webdriver`.
  package var declaredBot = true
  /// The same e-mail or phone came within the account's duplicate window.
  package var duplicate = true
  /// More leads than ``maxLeadsPerAddressPerHour`` from one hashed IP.
  package var flood = true
  /// As many leads in an hour are still let through.
  package var maxLeadsPerAddressPerHour = 20

  package init() {}

  /// As an account has set them: it names the rules it switched off by their reason codes.
  package init(_ account: Account) {
    func isOn(_ code: ReasonCode) -> Bool { !account.disabledRules.contains(code.rawValue) }
    honeypot = isOn(.honeypot)
    impossibleContact = isOn(.impossibleContact)
    declaredBot = isOn(.declaredBot)
    duplicate = isOn(.duplicate)
    flood = isOn(.flood)
    maxLeadsPerAddressPerHour = account.addressLimit
  }

  /// The rules that a lead breaks, in the order in which they are named to people. No points yet.
  func broken(by features: LeadFeatures) -> [Reason] {
    var broken: [Reason] = []
    if honeypot, features.contact.honeypotFilled { broken.append(Reason(.honeypot, 0, "")) }
    if declaredBot, let sign = botSign(features) { broken.append(Reason(.declaredBot, 0, sign)) }
    if impossibleContact, isUnreachable(features.contact) { broken.append(Reason(.impossibleContact, 0, "")) }
    if duplicate, features.isDuplicate { broken.append(Reason(.duplicate, 0, "")) }
    if flood, let count = features.leadsFromAddressLastHour, count > maxLeadsPerAddressPerHour {
      broken.append(Reason(.flood, 0, "\(count)/\(maxLeadsPerAddressPerHour)"))
    }
    return broken
  }

  private func botSign(_ features: LeadFeatures) -> String? {
    if features.signals.webdriver == true { return "webdriver" }
    return features.declaredBot || features.userAgentFamily?.browser == .bot ? "user_agent" : nil
  }

  private func isUnreachable(_ contact: ContactFacts) -> Bool {
    let sent = [contact.email, contact.phone].filter { $0 != .absent }
    return !sent.isEmpty && sent.allSatisfy { $0 == .impossible }
  }
}
