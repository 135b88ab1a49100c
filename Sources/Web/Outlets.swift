import Outbound

/// What calls out while somebody waits: who may be called, and by whom.
package struct Outlets: Sendable {
  /// Which addresses may be called.
  let guarding: AddressGuard
  /// Hands leads to partners.
  let partners: PartnerClient
  /// Sends test messages to an account's channels.
  let alerts: AlertSender

  package init(guarding: AddressGuard, partners: PartnerClient, alerts: AlertSender) {
    self.guarding = guarding
    self.partners = partners
    self.alerts = alerts
  }
}
