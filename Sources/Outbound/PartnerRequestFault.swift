import Domain

/// Why a lead cannot even be written down for a partner.
package enum PartnerRequestFault: Error, Equatable, Sendable {
  /// The URL is not one that we call.
  case url(URLFault)
  /// A token stands in the URL's scheme, host or port: who is called never depends on a lead.
  case tokenBeforePath
  /// Two fields want the same place in the JSON.
  case samePlace
  /// A field has no name, or stands in too many objects.
  case path
  /// One of the headers, opened, is none that may be sent.
  case header
  /// Filled in with this lead's values.
  case longURL, longBody

  package var cause: AttemptCause {
    switch self {
    case .url(.address): .refusedAddress
    case .url, .tokenBeforePath, .longURL: .badURL
    case .samePlace, .path, .header, .longBody: .badSettings
    }
  }

  /// What must be otherwise, for the partner's owner: behind the name of the field.
  package var text: String {
    switch self {
    case .url(let fault): fault.text
    case .tokenBeforePath: "must not have a token in its host: a lead never decides where it goes"
    case .samePlace: "must not name the same place twice"
    case .path: "must have names, in at most \(PartnerRequest.deepestObject) objects"
    case .header: "must be headers that may be sent"
    case .longURL: "is too long once it is filled in"
    case .longBody: "are too long once they are filled in"
    }
  }
}
