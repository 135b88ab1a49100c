import Domain

extension Reason {
  /// The reason in plain English: made from code, detail and the points' sign alone. A detail that does not have the
  /// shape its code gives it is left out, so that nothing stored by mistake is ever shown.
  package var text: String {
    switch code {
    case .honeypot: "a hidden form field that people leave empty was filled in"
    case .declaredBot: detail == "webdriver" ? "the browser is driven by a program" : "the user agent names a program"
    case .impossibleContact: "neither the e-mail address nor the phone number can exist"
    case .duplicate: "a lead with the same e-mail or phone came before"
    case .flood: floodText
    case .timeOnSite: isNumber ? "\(detail) s on the page before submitting" : "time on the page before submitting"
    case .pageViews: isNumber ? "\(detail) page\(detail == "1" ? "" : "s") viewed" : "pages viewed"
    case .fillTime: isNumber ? "the form was filled in within \(detail) s" : "time to fill in the form"
    case .pasted: "contact details were pasted, not typed"
    case .email, .phone, .name: partText
    case .emailDomain: domainText
    case .emailDisposable: shownDomain.map { "\($0) is a disposable e-mail domain" } ?? "a disposable e-mail domain"
    case .phoneCountry: phoneCountryText
    case .timezone: timezoneText
    }
  }

  private var floodText: String {
    let parts = detail.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), let limit = Int(parts[1]) else {
      return "too many leads within an hour from one address"
    }
    return "\(count) leads within an hour from one address, the limit is \(limit)"
  }

  private var partText: String {
    switch (code, detail) {
    case (.email, "missing"): "no e-mail address was given"
    case (.email, "impossible"): "no such e-mail address can exist"
    case (.email, _): points < 0 ? "the e-mail address" : "the e-mail address is well formed"
    case (.phone, "missing"): "no phone number was given"
    case (.phone, "impossible"): "no such phone number can exist"
    case (.phone, _): points < 0 ? "the phone number" : "the phone number is well formed"
    case (_, "missing"): "no name was given"
    case (_, "impossible"): "the name does not look like one"
    default: points < 0 ? "the name" : "the name looks like one"
    }
  }

  private var domainText: String {
    guard detail != Reason.erased else { return "the e-mail domain, which is erased" }
    guard let domain = shownDomain else { return "a seldom seen e-mail domain" }
    return EmailDomains.isFree(domain)
      ? "\(domain) is a well-known mail provider" : "\(domain) is not one of the free mail providers"
  }

  private var phoneCountryText: String {
    guard points < 0 else { return "the phone number is of the lead's country" }
    guard let (phone, lead) = contradiction, isCountry(phone), isCountry(lead) else {
      return "the phone number is of another country than the lead"
    }
    return "the phone number is of \(phone), the lead of \(lead)"
  }

  private var timezoneText: String {
    guard points < 0 else { return "the browser's time zone fits the lead's country" }
    guard let (zone, country) = contradiction, TimeZones.isKnown(zone), isCountry(country) else {
      return "the browser's time zone does not fit the lead's country"
    }
    return "the browser's time zone \(zone) does not fit the country \(country)"
  }

  // MARK: Shapes of details

  private var isNumber: Bool {
    (1...10).contains(detail.utf8.count) && detail.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
  }

  private var shownDomain: String? { EmailDomains.isShaped(detail) ? detail : nil }

  /// The two sides of `A≠B`.
  private var contradiction: (String, String)? {
    let sides = detail.unicodeScalars.split(separator: "≠", omittingEmptySubsequences: false)
    return sides.count == 2 ? (String(sides[0]), String(sides[1])) : nil
  }
}

/// Two capital letters.
func isCountry(_ text: String) -> Bool { text.utf8.count == 2 && text.utf8.allSatisfy { (65...90).contains($0) } }
