import Privacy
import Testing

@Suite struct PunycodeTests {
  /// Samples of RFC 3492, section 7.1.
  @Test(arguments: [
    ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
    ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
    ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
    ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
    ("PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
    ("TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"),
    ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
    ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
    ("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"),
    ("パフィーdeルンバ", "de-jg4avhby1noc0d"),
    ("そのスピードで", "d9juau41awczczp"),
    ("-> $1.00 <-", "-> $1.00 <--"),
    ("", ""),
  ])
  func samples(text: String, encoded: String) {
    #expect(Punycode.encode(text) == encoded)
  }

  @Test(arguments: [
    ("Example.COM", "example.com"), ("a.b.c.example", "a.b.c.example"),
    ("BÜCHER.example", "xn--bcher-kva.example"), ("bu\u{308}cher.example", "xn--bcher-kva.example"),
    ("straße.de", "xn--strae-oqa.de"), ("почта.рф", "xn--80a1acny.xn--p1ai"),
    ("例え。テスト", "xn--r8jz45g.xn--zckzah"), ("ｇｍａｉｌ．ｃｏｍ", "gmail.com"), ("gm\u{AD}ail.com", "gmail.com"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("1and1.de", "1and1.de"), ("4.3ab", "4.3ab"),
  ])
  func domainsAreWrittenOneWay(text: String, name: String) {
    #expect(DomainName.normalised(text) == name)
  }

  @Test(arguments: [
    "", ".", "example", "example.", ".example.com", "a..b", "-a.com", "a-.com", "a_b.com", "a b.com", "1.2.3.4",
    "[1.2.3.4]", "a/b.com", "\u{2100}.com", "a\u{E000}.com", "a\u{0}.com",
    String(repeating: "a", count: 64) + ".com", String(repeating: "abcdefg.", count: 40) + "com",
    String(repeating: "ü", count: 64) + ".com",
  ])
  func otherDomainsAreRefused(text: String) {
    #expect(DomainName.normalised(text) == nil)
  }
}
