import Scoring
import Testing

@Suite struct UserAgentFamilyTests {
  @Test(arguments: [
    (
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
      "chrome/windows"
    ),
    (
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
      "safari/mac"
    ),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
      "safari/ios"
    ),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
      "chrome/ios"
    ),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "firefox/linux"),
    (
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
      "edge/windows"
    ),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 OPR/110.0", "opera/windows"),
    (
      "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
      "samsung/android"
    ),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0 YaBrowser/24.6 Safari/537.36", "yandex/windows"),
    (
      "Mozilla/5.0 (Linux; Android 13; Pixel 7; wv) AppleWebKit/537.36 Version/4.0 Chrome/126.0 Mobile Safari/537.36",
      "webview/android"
    ),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/21F90 [FBAN/FBIOS;FBAV/470.0]",
      "webview/ios"
    ),
    (
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90",
      "webview/ios"
    ),
    (
      "Mozilla/5.0 (Linux; Android 11; CUBOT KINGKONG) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
      "chrome/android"
    ),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot/other"),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36", "bot/linux"),
    ("curl/8.5.0", "bot/other"), ("Wget/1.21", "bot/other"), ("python-requests/2.31", "bot/other"),
    ("Go-http-client/2.0", "bot/other"),
    ("Mozilla/5.0 (Unknown; Linux) PhantomJS/2.1.1", "bot/linux"), ("Selenium", "bot/other"),
    ("SemrushBot", "bot/other"),
    ("Baiduspider", "bot/other"), ("WebCrawler", "bot/other"), ("", "other/other"), ("jane@example.org", "other/other"),
    (String(repeating: "x", count: 512) + "bot", "other/other"),
  ])
  func isRead(_ header: String, _ family: String) {
    #expect(UserAgentFamily(userAgent: header).text == family)
  }

  @Test func itsTextReadsBack() {
    for browser in UserAgentFamily.Browser.allCases {
      for platform in UserAgentFamily.Platform.allCases {
        let family = UserAgentFamily(browser: browser, platform: platform)
        #expect(UserAgentFamily(text: family.text) == family)
      }
    }
    for text in ["", "chrome", "chrome/", "/ios", "chrome/ios/x", "Chrome/ios", "jane/ios"] {
      #expect(UserAgentFamily(text: text) == nil)
    }
  }
}

@Suite struct EmailDomainsTests {
  @Test func knowsTheWellKnown() {
    #expect(EmailDomains.isFree("gmail.com") && !EmailDomains.isFree("acme.com"))
    #expect(EmailDomains.isDisposable("mailinator.com") && EmailDomains.isDisposable("a.b.mailinator.com"))
    #expect(!EmailDomains.isDisposable("gmail.com") && !EmailDomains.isDisposable("notmailinator.com"))
    #expect(!EmailDomains.isDisposable(""))
  }
}
