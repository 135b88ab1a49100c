import Domain

/// A country that demo traffic comes from, with what its people's browsers and mailboxes are like.
struct DemoCountry: Sendable {
  let code: String
  let weight: Double
  let zones: [String]
  let languages: [String]
  /// Mail providers that are used there beside the world's.
  let domains: [String]

  private init(_ code: String, _ weight: Double, _ zones: String, _ languages: String, _ domains: String) {
    self.code = code
    self.weight = weight
    self.zones = zones.split(separator: " ").map(String.init)
    self.languages = languages.split(separator: " ").map(String.init)
    self.domains = domains.split(separator: " ").map(String.init)
  }

  static let all = [
    DemoCountry(
      "US", 30, "America/New_York America/Chicago America/Denver America/Los_Angeles", "en-US en",
      "yahoo.com aol.com comcast.net icloud.com"),
    DemoCountry("BR", 9, "America/Sao_Paulo America/Fortaleza", "pt-BR pt", "uol.com.br bol.com.br yahoo.com.br"),
    DemoCountry("IN", 9, "Asia/Kolkata", "en-IN hi", "rediffmail.com yahoo.in"),
    DemoCountry("DE", 8, "Europe/Berlin", "de-DE de en", "gmx.de web.de t-online.de"),
    DemoCountry("GB", 8, "Europe/London", "en-GB en", "hotmail.co.uk btinternet.com"),
    DemoCountry("FR", 6, "Europe/Paris", "fr-FR fr", "orange.fr free.fr laposte.net"),
    DemoCountry("MX", 5, "America/Mexico_City America/Tijuana", "es-MX es", "yahoo.com.mx"),
    DemoCountry("IT", 4, "Europe/Rome", "it-IT it", "libero.it virgilio.it"),
    DemoCountry("ES", 4, "Europe/Madrid", "es-ES es", "hotmail.es yahoo.es"),
    DemoCountry("PL", 4, "Europe/Warsaw", "pl-PL pl", "wp.pl o2.pl onet.pl"),
    DemoCountry("CA", 3, "America/Toronto America/Vancouver", "en-CA fr-CA", "yahoo.ca"),
    DemoCountry("AU", 3, "Australia/Sydney Australia/Perth", "en-AU en", "live.com"),
    DemoCountry("UA", 2, "Europe/Kyiv", "uk-UA uk", "ukr.net i.ua"),
    DemoCountry("ID", 2, "Asia/Jakarta", "id-ID id", "yahoo.com"),
    DemoCountry("TR", 2, "Europe/Istanbul", "tr-TR tr", "hotmail.com"),
    DemoCountry("NL", 2, "Europe/Amsterdam", "nl-NL nl", "live.nl"),
    DemoCountry("CZ", 1, "Europe/Prague", "cs-CZ cs", "seznam.cz centrum.cz"),
    DemoCountry("RO", 1, "Europe/Bucharest", "ro-RO ro", "yahoo.com"),
    DemoCountry("ZA", 1, "Africa/Johannesburg", "en-ZA en", "hotmail.com"),
    DemoCountry("JP", 1, "Asia/Tokyo", "ja-JP ja", "yahoo.co.jp"),
    DemoCountry("SE", 1, "Europe/Stockholm", "sv-SE sv", "hotmail.com"),
    DemoCountry("CL", 1, "America/Santiago", "es-CL es", "hotmail.com"),
  ]
}

/// Where traffic is bought.
struct DemoPlatform: Sendable {
  let slug: String
  let name: String
  let trafficType: String
  let weight: Double
  /// What a lead costs, in hundredths.
  let cost: ClosedRange<Int>
  /// How much better or worse its visitors are than the average.
  let quality: Double
  /// How many of its visitors are programs.
  let bots: Double

  static let all = [
    DemoPlatform(
      slug: "facebook", name: "Facebook", trafficType: "social", weight: 10, cost: 120...420, quality: 0.2, bots: 0.01),
    DemoPlatform(
      slug: "tiktok", name: "TikTok", trafficType: "social", weight: 8, cost: 80...300, quality: 0, bots: 0.015),
    DemoPlatform(
      slug: "google", name: "Google search", trafficType: "search", weight: 7, cost: 200...600, quality: 0.6,
      bots: 0.008
    ),
    DemoPlatform(
      slug: "push-house", name: "Push", trafficType: "push", weight: 5, cost: 20...90, quality: -0.6, bots: 0.05),
    DemoPlatform(
      slug: "native", name: "Native ads", trafficType: "native", weight: 5, cost: 90...260, quality: 0, bots: 0.02),
    DemoPlatform(
      slug: "pop", name: "Pop-under", trafficType: "pop", weight: 3, cost: 10...50, quality: -0.9, bots: 0.08),
    DemoPlatform(
      slug: "newsletter", name: "Newsletter", trafficType: "email", weight: 2, cost: 15...70, quality: 0.5, bots: 0.004),
    DemoPlatform(
      slug: "bing", name: "Bing search", trafficType: "search", weight: 2, cost: 150...400, quality: 0.5, bots: 0.01),
    DemoPlatform(
      slug: "seo", name: "Own site", trafficType: "organic", weight: 1, cost: 0...0, quality: 0.8, bots: 0.02),
  ]
}

/// What all demo accounts share.
enum DemoCatalogue {
  static let landingPages = [
    "offer-page-1", "quiz-short", "offer-page-2", "prelander/story", "quiz-long", "calculator", "prelander/news",
    "video-1", "offer-page-3", "wheel", "prelander/review", "offer-page-1-b", "form-only", "chat",
  ]

  /// The world's mail providers; the local ones come beside them.
  static let freeDomains = Weighted<String>([
    ("gmail.com", 60), ("yahoo.com", 9), ("hotmail.com", 9), ("outlook.com", 8), ("icloud.com", 6), ("live.com", 2),
    ("proton.me", 1.5), ("aol.com", 1.5), ("gmx.net", 1), ("mail.com", 0.7), ("zoho.com", 0.5), ("msn.com", 0.5),
  ])
  static let disposableDomains = [
    "mailinator.com", "yopmail.com", "temp-mail.org", "guerrillamail.com", "10minutemail.com",
  ]
  /// Domains of firms that exist nowhere: `.example` is nobody's.
  static let firmDomains = Weighted<String>(longTail: (1...240).map { "firm-\($0).example" })

  static let browsers = Weighted<String>([
    ("chrome/android", 40), ("safari/ios", 24), ("chrome/windows", 13), ("webview/android", 7), ("webview/ios", 5),
    ("samsung/android", 4), ("edge/windows", 3), ("safari/mac", 2), ("firefox/windows", 1), ("chrome/mac", 1),
  ])

  static let countries = Weighted<DemoCountry>(DemoCountry.all.map { ($0, $0.weight) })

  /// Time zones and currencies of accounts, in turn.
  static let homes: [(timezone: String, currency: String)] = [
    ("UTC", "USD"), ("America/New_York", "USD"), ("Europe/Berlin", "EUR"), ("Europe/Kyiv", "USD"), ("UTC", "USD"),
    ("Asia/Kolkata", "INR"), ("Europe/London", "GBP"), ("America/Sao_Paulo", "BRL"), ("Australia/Sydney", "AUD"),
    ("America/Los_Angeles", "USD"),
  ]
}
