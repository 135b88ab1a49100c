import Domain
import Testing

@Suite struct ContactInClickIDTests {
  @Test(arguments: [
    "jo@x.com", "Jo.Canary+ads@Googlemail.com", "jo@x.com.", "jo@x.com..", "jo%40x.com", "jo%2540x.com",
    "jo%252525252540x%2Ecom", "jo%40x%2ecom", "%6A%6F%40x.com", "100%jo%40x.com", "jo@x.com 5", "jo@x.com@",
    "a@b@x.com",
    "jo@@x.com", "<jo@x.com>", "mailto:jo@x.com?subject=@", "jo@\u{301}x.com", "jo@bücher.example",
    "jo%40b%C3%BCcher.de",
  ])
  func anAddressIsSeenInEverySpelling(_ text: String) {
    #expect(ClickID.holdsEmail(text))
    #expect(ClickID.holdsContact(text))
  }

  @Test(arguments: [
    "", "abc123", "@", "@jo", "@jo.smith", "a@b", "a@b.", "a@.b", "a@ b.c", "100%", "%", "%4", "%40", "50%25", "%zz@a",
  ])
  func whatOnlyResemblesAnAddressIsNone(_ text: String) {
    #expect(!ClickID.holdsContact(text))
  }

  @Test(arguments: ["+12125550123", "+1", "%2B12125550123", "%252B12125550123", "+%31"])
  func aPlusAndDigitsAreATelephoneNumber(_ text: String) {
    #expect(ClickID.holdsContact(text))
    #expect(!ClickID.holdsEmail(text))
  }

  @Test(arguments: ["+abc", "12125550123", "a+1", "%2Babc", "+"])
  func otherNumbersAreNot(_ text: String) {
    #expect(!ClickID.holdsContact(text))
  }

  /// People's addresses are read by the strict rule: an encoded one is no address to log in with.
  @Test func onlyAPlainAddressIsOne() {
    #expect(ClickID.looksLikeEmail("jo@x.com"))
    for text in ["jo%40x.com", "jo@x.com.", "jo@x", "@x.com", "jo@x.com 5"] { #expect(!ClickID.looksLikeEmail(text)) }
  }

  @Test(arguments: [
    ("a%20b", "a b"), ("a%2520b", "a b"), ("%25", "%"), ("%2525", "%"), ("100%", "100%"), ("%4", "%4"), ("%zz", "%zz"),
    ("%%40", "%@"), ("%C3%BC", "ü"), ("%FF", "\u{FFFD}"), ("+", "+"), ("", ""),
  ])
  func escapesAreRemoved(_ text: String, _ plain: String) {
    #expect(text.withoutPercentEscapes == plain)
  }
}
