/// Well-known e-mail domains. Neither list is complete: a domain in none of them is taken for somebody's own.
package enum EmailDomains {
  /// A large provider where anybody gets an address for nothing.
  package static func isFree(_ domain: String) -> Bool { free.contains(domain) }

  /// A service whose addresses are made to be thrown away, or a name below one.
  package static func isDisposable(_ domain: String) -> Bool {
    if disposable.contains(domain) { return true }
    let labels = domain.split(separator: ".")
    return labels.count > 2 && disposable.contains(labels.suffix(2).joined(separator: "."))
  }

  /// Whether a text has the shape of a domain in punycode that fits into a reason's detail: labels of letters, digits
  /// and hyphens, at least two of them, the last one not a number, within 64 bytes.
  static func isShaped(_ domain: String) -> Bool {
    guard (4...64).contains(domain.utf8.count) else { return false }
    let labels = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, let last = labels.last, let first = last.first, (97...122).contains(first)
    else { return false }
    return labels.allSatisfy { label in
      !label.isEmpty && label.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
  }

  private static func set(_ list: String) -> Set<String> {
    Set(list.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  private static let free = set(
    """
    gmail.com googlemail.com outlook.com outlook.fr outlook.de outlook.es outlook.it hotmail.com hotmail.co.uk hotmail.fr
    hotmail.de hotmail.it hotmail.es live.com live.co.uk live.fr live.nl msn.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de
    yahoo.es yahoo.it yahoo.in yahoo.co.in yahoo.com.br yahoo.com.mx yahoo.com.ar yahoo.co.jp yahoo.ca ymail.com
    rocketmail.com aol.com icloud.com me.com mac.com proton.me protonmail.com pm.me gmx.com gmx.de gmx.net gmx.at gmx.ch
    web.de t-online.de freenet.de mail.com email.com zoho.com zohomail.com fastmail.com hey.com tutanota.com tuta.io
    hushmail.com yandex.com yandex.ru ya.ru mail.ru bk.ru inbox.ru list.ru rambler.ru ukr.net i.ua meta.ua libero.it
    virgilio.it tiscali.it orange.fr wanadoo.fr free.fr laposte.net sfr.fr wp.pl o2.pl onet.pl interia.pl seznam.cz
    centrum.cz abv.bg uol.com.br bol.com.br terra.com.br qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net
    rediffmail.com comcast.net verizon.net att.net sbcglobal.net btinternet.com
    """)

  private static let disposable = set(
    """
    mailinator.com mailinator.net mailinator2.com guerrillamail.com guerrillamail.net guerrillamail.org guerrillamail.biz
    guerrillamail.de guerrillamailblock.com sharklasers.com grr.la pokemail.net spam4.me 10minutemail.com 10minutemail.net
    10minutemail.org 10minutemail.de 10minemail.com 10minutesmail.com 20minutemail.com 30minutemail.com tempmail.com
    tempmail.net tempmail.de tempmail.dev tempmail.plus tempmailo.com temp-mail.org temp-mail.io temp-mail.com temp-mail.de
    temp-mail.ru tempmailaddress.com tempinbox.com tempemail.com tempemail.net tempr.email tempomail.fr temporarymail.com
    temporary-mail.net temporaryemail.net temporaryinbox.com tmail.com tmailinator.com tmpmail.org tmpmail.net tmpeml.com
    throwawaymail.com throwawayemail.com throwam.com throwaway.email trashmail.com trashmail.net trashmail.org trashmail.de
    trashmail.me trashmail.ws trash-mail.com trash-mail.de trash-mail.at trashymail.com trashymail.net trashmailer.com
    yopmail.com yopmail.net yopmail.fr yopmail.gq cool.fr.nf jetable.fr.nf nospam.ze.tm nomail.xl.cx mega.zik.dj
    courriel.fr.nf moncourrier.fr.nf monemail.fr.nf monmail.fr.nf jetable.org jetable.com jetable.net dispostable.com
    disposable.com disposablemail.com disposableemailaddresses.com disposeamail.com dispomail.eu getnada.com nada.email
    nada.ltd abyssmail.com boximail.com clrmail.com dropjar.com getairmail.com givmail.com inboxbear.com tafmail.com
    vomoto.com zetmail.com maildrop.cc mailnesia.com mailcatch.com mailnull.com mailsac.com mailexpire.com mailmoat.com
    mailforspam.com mailfreeonline.com mailimate.com mailme.lv mailmetrash.com mailshell.com mailtemp.info mailtothis.com
    mailzilla.com mailpoof.com mail-temp.com mail-temporaire.fr mailtemporaire.com mintemail.com moakt.com moakt.cc
    moakt.ws mohmal.com mohmal.in mytrashmail.com mytemp.email mytempemail.com mt2015.com emailondeck.com emailtemporanea.com
    emailtemporario.com.br emailfake.com emailsensei.com email-fake.com fakeinbox.com fakeinbox.net fakemail.net
    fakemailgenerator.com fakemail.fr generator.email discard.email discardmail.com discardmail.de spambog.com spambog.de
    spambog.ru spambox.us spamfree24.org spamgourmet.com spamgourmet.net spamex.com spamhole.com spaml.com spamspot.com
    spamthis.co.uk spamday.com spamavert.com anonbox.net anonymbox.com antispam.de armyspy.com cuvox.de dayrep.com
    einrot.com fleckens.hu gustr.com jourrapide.com rhyta.com superrito.com teleworm.us burnermail.io incognitomail.com
    incognitomail.org inboxkitten.com inboxalias.com instant-mail.de kasmail.com kurzepost.de luxusmail.org minuteinbox.com
    objectmail.com oneoffemail.com owlpic.com proxymail.eu rcpt.at shieldemail.com sneakemail.com sogetthis.com soodonims.com
    tempsky.com thankyou2010.com wegwerfmail.de wegwerfmail.net wegwerfmail.org wegwerfemail.de wh4f.org
    willselfdestruct.com einmalmail.de 0-mail.com 33mail.com dropmail.me emltmp.com 1secmail.com 1secmail.net 1secmail.org
    esiix.com wwjmp.com xojxe.com yoggm.com linshiyouxiang.net chacuo.net eyepaste.com filzmail.com harakirimail.com
    hidemail.de mailbox52.ga smailpro.com tempmail.ninja luxusmail.gq
    """)
}
