/// The time zones of the countries that most traffic comes from, so that a clock set elsewhere can be noticed. Old names
/// are listed too, since some browsers still use them.
enum TimeZones {
  /// Whether a browser of that country may name that zone; nil where either is not in the table: then nothing is said.
  static func fits(_ zone: String, country: String) -> Bool? {
    guard let zones = byCountry[country], isKnown(zone) else { return nil }
    return zones.contains(zone)
  }

  static func isKnown(_ zone: String) -> Bool { known.contains(zone) }

  private static let known = byCountry.values.reduce(into: Set<String>()) { $0.formUnion($1) }

  private static let byCountry: [String: Set<String>] = {
    var table: [String: Set<String>] = [:]
    for (country, zones) in list { table[country] = Set(zones.split(separator: " ").map(String.init)) }
    return table
  }()

  private static let list: [(country: String, zones: String)] = [
    (
      "US",
      """
      America/New_York America/Detroit America/Chicago America/Denver America/Boise America/Phoenix America/Los_Angeles \
      America/Anchorage America/Juneau America/Sitka America/Nome America/Adak Pacific/Honolulu America/Indianapolis \
      America/Indiana/Indianapolis America/Louisville America/Kentucky/Louisville America/Menominee \
      America/North_Dakota/Center America/Puerto_Rico
      """
    ),
    (
      "CA",
      """
      America/Toronto America/Montreal America/Vancouver America/Edmonton America/Winnipeg America/Halifax \
      America/Regina America/St_Johns America/Moncton America/Whitehorse America/Yellowknife America/Phoenix
      """
    ),
    (
      "MX",
      """
      America/Mexico_City America/Cancun America/Merida America/Monterrey America/Chihuahua America/Mazatlan \
      America/Hermosillo America/Tijuana America/Bahia_Banderas America/Ciudad_Juarez America/Matamoros
      """
    ),
    (
      "BR",
      """
      America/Sao_Paulo America/Bahia America/Fortaleza America/Recife America/Belem America/Manaus America/Cuiaba \
      America/Campo_Grande America/Porto_Velho America/Rio_Branco America/Maceio America/Araguaina America/Boa_Vista \
      America/Santarem America/Noronha
      """
    ),
    (
      "AR",
      """
      America/Argentina/Buenos_Aires America/Buenos_Aires America/Argentina/Cordoba America/Cordoba \
      America/Argentina/Mendoza America/Argentina/Salta America/Argentina/Tucuman
      """
    ),
    ("CL", "America/Santiago America/Punta_Arenas Pacific/Easter"),
    ("CO", "America/Bogota"),
    ("PE", "America/Lima"),
    ("GB", "Europe/London Europe/Belfast"),
    ("IE", "Europe/Dublin"),
    ("FR", "Europe/Paris"),
    ("DE", "Europe/Berlin Europe/Busingen"),
    ("AT", "Europe/Vienna"),
    ("CH", "Europe/Zurich"),
    ("IT", "Europe/Rome"),
    ("ES", "Europe/Madrid Atlantic/Canary Africa/Ceuta"),
    ("PT", "Europe/Lisbon Atlantic/Madeira Atlantic/Azores"),
    ("NL", "Europe/Amsterdam"),
    ("BE", "Europe/Brussels"),
    ("PL", "Europe/Warsaw"),
    ("CZ", "Europe/Prague"),
    ("SK", "Europe/Bratislava"),
    ("HU", "Europe/Budapest"),
    ("RO", "Europe/Bucharest"),
    ("BG", "Europe/Sofia"),
    ("GR", "Europe/Athens"),
    ("SE", "Europe/Stockholm"),
    ("NO", "Europe/Oslo"),
    ("DK", "Europe/Copenhagen"),
    ("FI", "Europe/Helsinki"),
    ("UA", "Europe/Kyiv Europe/Kiev Europe/Uzhgorod Europe/Zaporozhye"),
    ("TR", "Europe/Istanbul Asia/Istanbul"),
    ("IL", "Asia/Jerusalem Asia/Tel_Aviv"),
    ("AE", "Asia/Dubai"),
    ("SA", "Asia/Riyadh"),
    ("EG", "Africa/Cairo"),
    ("NG", "Africa/Lagos"),
    ("KE", "Africa/Nairobi"),
    ("ZA", "Africa/Johannesburg"),
    ("IN", "Asia/Kolkata Asia/Calcutta"),
    ("PK", "Asia/Karachi"),
    ("BD", "Asia/Dhaka"),
    ("ID", "Asia/Jakarta Asia/Pontianak Asia/Makassar Asia/Jayapura"),
    ("MY", "Asia/Kuala_Lumpur Asia/Kuching"),
    ("SG", "Asia/Singapore"),
    ("PH", "Asia/Manila"),
    ("TH", "Asia/Bangkok"),
    ("VN", "Asia/Ho_Chi_Minh Asia/Saigon Asia/Bangkok"),
    ("JP", "Asia/Tokyo"),
    ("KR", "Asia/Seoul"),
    (
      "AU",
      """
      Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Adelaide Australia/Perth Australia/Hobart \
      Australia/Darwin Australia/Lindeman Australia/Broken_Hill
      """
    ),
    ("NZ", "Pacific/Auckland Pacific/Chatham"),
  ]
}
