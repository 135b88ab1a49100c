/// What may be known of a User-Agent header: a browser family and a platform out of closed sets, never its text.
package struct UserAgentFamily: Equatable, Hashable, Sendable {
  package enum Browser: String, CaseIterable, Sendable {
    case chrome, safari, firefox, edge, opera, samsung, yandex
    /// A page shown inside another app.
    case webview
    /// A program that says so.
    case bot
    case other
  }
  package enum Platform: String, CaseIterable, Sendable { case ios, android, windows, mac, linux, other }

  package let browser: Browser
  package let platform: Platform

  package init(browser: Browser, platform: Platform) {
    self.browser = browser
    self.platform = platform
  }

  /// Reads the first 512 bytes of a header.
  package init(userAgent: String) {
    let marks = Marks(found: userAgent.utf8.prefix(512).map { (65...90).contains($0) ? $0 | 0x20 : $0 })
    browser = marks.browser
    platform = marks.platform
  }

  /// As it is stored: `chrome/android`.
  package var text: String { "\(browser.rawValue)/\(platform.rawValue)" }

  /// Nil unless `text` is what ``text`` writes.
  package init?(text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let browser = Browser(rawValue: String(parts[0])),
      let platform = Platform(rawValue: String(parts[1]))
    else { return nil }
    self.init(browser: browser, platform: platform)
  }
}

/// The tell-tale words found in a User-Agent.
private struct Marks: OptionSet {
  let rawValue: UInt32

  static let bot = Marks(rawValue: 1 << 0)
  static let webview = Marks(rawValue: 1 << 1)
  static let edge = Marks(rawValue: 1 << 2)
  static let opera = Marks(rawValue: 1 << 3)
  static let samsung = Marks(rawValue: 1 << 4)
  static let yandex = Marks(rawValue: 1 << 5)
  static let firefox = Marks(rawValue: 1 << 6)
  static let chrome = Marks(rawValue: 1 << 7)
  static let safari = Marks(rawValue: 1 << 8)
  static let webkit = Marks(rawValue: 1 << 9)
  static let ios = Marks(rawValue: 1 << 10)
  static let android = Marks(rawValue: 1 << 11)
  static let windows = Marks(rawValue: 1 << 12)
  static let mac = Marks(rawValue: 1 << 13)
  static let linux = Marks(rawValue: 1 << 14)

  private static let words: [(mark: Marks, words: [String])] = [
    (
      .bot,
      [
        "bot", "crawl", "spider", "slurp", "headless", "phantomjs", "selenium", "webdriver", "puppeteer", "playwright",
        "cypress", "curl/", "libcurl", "wget", "python", "aiohttp", "httpx", "go-http-client", "java/", "jakarta",
        "apache-httpclient", "libwww", "lwp::", "perl", "ruby", "php/", "guzzle", "node-fetch", "axios", "undici",
        "postman", "insomnia", "httpie", "scrapy", "mechanize", "htmlunit", "lighthouse", "facebookexternalhit",
        "embedly", "archiver", "scanner", "nikto", "sqlmap", "masscan", "zgrab",
      ]
    ),
    (
      .webview,
      [
        "; wv)", "fban/", "fbav/", "fb_iab", "instagram", "musical_ly", "bytedancewebview", "bytelocale", "snapchat",
        "micromessenger", "pinterest/", "twitter for", "line/", "gsa/",
      ]
    ),
    (.edge, ["edg/", "edge/", "edga/", "edgios/"]),
    (.opera, ["opr/", "opera", "opios/", "opt/"]),
    (.samsung, ["samsungbrowser/"]),
    (.yandex, ["yabrowser/"]),
    (.firefox, ["firefox/", "fxios/"]),
    (.chrome, ["chrome/", "chromium/", "crios/"]),
    (.safari, ["safari/"]),
    (.webkit, ["applewebkit/"]),
    (.ios, ["iphone", "ipad", "ipod"]),
    (.android, ["android"]),
    (.windows, ["windows"]),
    (.mac, ["macintosh", "mac os x"]),
    (.linux, ["linux", "x11;", "cros "]),
  ]

  /// The words by their first byte, so that one pass over the header finds them all.
  private static let byFirstByte: [[(word: [UInt8], mark: Marks)]] = {
    var table = [[(word: [UInt8], mark: Marks)]](repeating: [], count: 256)
    for (mark, words) in words {
      for word in words.map({ Array($0.utf8) }) { table[Int(word[0])].append((word, mark)) }
    }
    return table
  }()

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The marks in a header in lower case.
  init(found header: [UInt8]) {
    self = []
    for place in header.indices {
      for (word, mark) in Self.byFirstByte[Int(header[place])] where header[place...].starts(with: word) {
        if mark == .bot, header[..<place].suffix(2).elementsEqual("cu".utf8) { continue }  // Cubot makes telephones.
        insert(mark)
      }
    }
  }

  /// The most telling mark: nearly every browser also claims to be Chrome and Safari.
  var browser: UserAgentFamily.Browser {
    if contains(.bot) { return .bot }
    if contains(.webview) { return .webview }
    if contains(.edge) { return .edge }
    if contains(.opera) { return .opera }
    if contains(.samsung) { return .samsung }
    if contains(.yandex) { return .yandex }
    if contains(.firefox) { return .firefox }
    if contains(.chrome) { return .chrome }
    if contains(.safari) { return .safari }
    return contains([.webkit, .ios]) ? .webview : .other
  }

  var platform: UserAgentFamily.Platform {
    if contains(.windows) { return .windows }
    if contains(.ios) { return .ios }
    if contains(.android) { return .android }
    if contains(.mac) { return .mac }
    return contains(.linux) ? .linux : .other
  }
}
