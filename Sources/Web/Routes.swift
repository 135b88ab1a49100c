/// Every endpoint there is (PRODUCT.md §2).
enum Routes {
  static let all = RouteTable(leads + numbers + alerts + setup + people + operation)

  // Leads in, partners' messages in.
  private static let leads = [
    Route(
      method: "POST", path: "/api/v1/decision", action: .deferred(.decision, DecisionHandler.decide),
      allowsOtherOrigins: true),
    Route(method: "GET", path: "/api/postback", action: .openDeferred(PostbackHandler.receive)),
    Route(method: "POST", path: "/api/postback", action: .openDeferred(PostbackHandler.receive)),
    Route(method: "HEAD", path: "/api/postback", action: .open(PostbackHandler.probe)),
  ]

  // What became of them.
  private static let numbers = [
    Route(method: "GET", path: "/api/v1/usage", action: .admitted(.account, UsageHandler.show)),
    Route(method: "GET", path: "/api/v1/events/recent", action: .admitted(.account, EventHandler.recent)),
    Route(method: "GET", path: "/api/v1/events", action: .admitted(.account, EventHandler.find)),
    Route(method: "GET", path: "/api/v1/events/{event_id}", action: .admitted(.account, EventHandler.show)),
    Route(method: "GET", path: "/api/v1/postbacks", action: .admitted(.account, PostbackLogHandler.list)),
    Route(
      method: "GET", path: "/api/v1/postbacks/status-map", action: .admitted(.account, StatusMapHandler.show)),
    Route(
      method: "PUT", path: "/api/v1/postbacks/status-map", action: .admitted(.account, StatusMapHandler.update)),
    Route(method: "GET", path: "/api/v1/conversions", action: .admitted(.account, LedgerHandler.list)),
    Route(method: "POST", path: "/api/v1/conversions", action: .admitted(.account, LedgerHandler.add)),
    Route(method: "GET", path: "/api/v1/conversions/{id}", action: .admitted(.account, LedgerHandler.show)),
    Route(method: "POST", path: "/api/v1/postbacks/lint", action: .admitted(.account, LintHandler.lint)),
    Route(method: "GET", path: "/api/v1/postbacks/presets", action: .admitted(.account, StatusWordHandler.presets)),
    Route(method: "GET", path: "/api/v1/postbacks/unmapped", action: .admitted(.account, StatusWordHandler.unmapped)),
    Route(method: "GET", path: "/api/v1/stats", action: .admitted(.account, ReportHandler.show)),
    Route(method: "GET", path: "/api/v1/score", action: .admitted(.account, ScoreHandler.show)),
    Route(method: "GET", path: "/api/v1/score/whatif", action: .admitted(.account, WhatIfHandler.show)),
  ]

  // What is wrong, and who is told.
  private static let alerts = [
    Route(method: "GET", path: "/api/v1/alerts", action: .admitted(.account, AlertHandler.list)),
    Route(method: "GET", path: "/api/v1/alerts/channels", action: .admitted(.account, AlertChannelHandler.list)),
    Route(method: "POST", path: "/api/v1/alerts/channels", action: .admitted(.account, AlertChannelHandler.create)),
    Route(
      method: "DELETE", path: "/api/v1/alerts/channels/{id}", action: .admitted(.account, AlertChannelHandler.delete)),
    Route(
      method: "POST", path: "/api/v1/alerts/channels/{id}/test", action: .admitted(.account, AlertChannelHandler.test)),
  ]

  // What an account sets up.
  private static let setup = [
    Route(method: "GET", path: "/api/v1/sources", action: .admitted(.account, SourceHandler.list)),
    Route(method: "POST", path: "/api/v1/sources", action: .admitted(.account, SourceHandler.create)),
    Route(method: "GET", path: "/api/v1/sources/{slug}", action: .admitted(.account, SourceHandler.show)),
    Route(method: "GET", path: "/api/v1/sources/{slug}/snippet", action: .admitted(.account, SnippetHandler.show)),
    Route(method: "PATCH", path: "/api/v1/sources/{slug}", action: .admitted(.account, SourceHandler.update)),
    Route(method: "DELETE", path: "/api/v1/sources/{slug}", action: .admitted(.account, SourceHandler.archive)),
    Route(method: "GET", path: "/api/v1/partners", action: .admitted(.account, PartnerHandler.list)),
    Route(method: "POST", path: "/api/v1/partners", action: .admitted(.account, PartnerHandler.create)),
    Route(method: "GET", path: "/api/v1/partners/templates", action: .admitted(.account, PartnerHandler.templates)),
    Route(method: "GET", path: "/api/v1/partners/{slug}", action: .admitted(.account, PartnerHandler.show)),
    Route(method: "PATCH", path: "/api/v1/partners/{slug}", action: .admitted(.account, PartnerHandler.update)),
    Route(method: "DELETE", path: "/api/v1/partners/{slug}", action: .admitted(.account, PartnerHandler.archive)),
    Route(method: "POST", path: "/api/v1/partners/{slug}/test", action: .admitted(.account, TestLeadHandler.send)),
    Route(method: "GET", path: "/api/v1/forwards", action: .admitted(.account, ForwardHandler.list)),
    Route(method: "POST", path: "/api/v1/forwards", action: .admitted(.account, ForwardHandler.create)),
    Route(method: "GET", path: "/api/v1/forwards/health", action: .admitted(.account, ForwardHealthHandler.health)),
    Route(method: "GET", path: "/api/v1/forwards/templates", action: .admitted(.account, DeliveryHandler.templates)),
    Route(method: "POST", path: "/api/v1/forwards/replay", action: .admitted(.account, DeliveryHandler.replay)),
    Route(method: "POST", path: "/api/v1/forwards/{id}/test", action: .admitted(.account, TestCallHandler.make)),
    Route(method: "POST", path: "/api/v1/forwards/{id}/backfill", action: .admitted(.account, BackfillHandler.run)),
    Route(method: "GET", path: "/api/v1/forwards/{id}/deliveries", action: .admitted(.account, DeliveryHandler.list)),
    Route(method: "GET", path: "/api/v1/forwards/{id}", action: .admitted(.account, ForwardHandler.show)),
    Route(method: "PATCH", path: "/api/v1/forwards/{id}", action: .admitted(.account, ForwardHandler.update)),
    Route(method: "DELETE", path: "/api/v1/forwards/{id}", action: .admitted(.account, ForwardHandler.delete)),
    Route(method: "GET", path: "/api/v1/keys", action: .admitted(.account, KeyHandler.list)),
    Route(method: "POST", path: "/api/v1/keys", action: .admitted(.account, KeyHandler.create)),
    Route(method: "GET", path: "/api/v1/keys/{id}", action: .admitted(.account, KeyHandler.show)),
    Route(method: "DELETE", path: "/api/v1/keys/{id}", action: .admitted(.account, KeyHandler.revoke)),
    Route(method: "POST", path: "/api/v1/privacy/lookup", action: .admitted(.account, PrivacyHandler.lookUp)),
    Route(method: "POST", path: "/api/v1/privacy/erase", action: .admitted(.account, PrivacyHandler.erase)),
    Route(method: "GET", path: "/api/v1/privacy/erasures", action: .admitted(.account, PrivacyHandler.list)),
    Route(method: "GET", path: "/api/v1/account", action: .admitted(.account, AccountHandler.show)),
    Route(method: "PATCH", path: "/api/v1/account", action: .admitted(.account, AccountHandler.update)),
  ]

  // Who works with it.
  private static let people = [
    Route(method: "GET", path: "/api/v1/people", action: .admitted(.account, PeopleHandler.list)),
    Route(method: "POST", path: "/api/v1/people", action: .admitted(.account, PeopleHandler.add)),
    Route(method: "PATCH", path: "/api/v1/people/{id}", action: .admitted(.account, PeopleHandler.update)),
    Route(method: "DELETE", path: "/api/v1/people/{id}", action: .admitted(.account, PeopleHandler.remove)),
    Route(method: "POST", path: "/api/v1/session", action: .open(SessionHandler.logIn)),
    Route(method: "GET", path: "/api/v1/session", action: .admitted(.account, SessionHandler.show)),
    Route(method: "DELETE", path: "/api/v1/session", action: .open(SessionHandler.logOut)),
  ]

  // How the server does.
  private static let operation = [
    Route(method: "GET", path: "/healthz", action: .open(HealthHandler.health)),
    Route(method: "GET", path: "/metrics", action: .open(HealthHandler.metrics)),
  ]
}
