"""Texts that would do something if a page took them for more than text, and how to see that one did."""

# Each fits the smallest field that a lead or a partner can fill: 64 bytes.
STRINGS = [
    "<script>canary(1)</script>",
    "<img src=x onerror=canary(2)>",
    '"><svg onload=canary(3)>',
    "'><iframe srcdoc='<script>parent.canary(4)</script>'></iframe>",
    "javascript:canary(5)",
    "x{{constructor.constructor('canary(6)')()}}",  # without the x a postback takes it for a macro, and so for nothing
    "x${canary(7)}",
    "</td></table><script>canary(8)</script>",
    "<a href=javascript:canary(9)>x</a>",
    "<style>@import'//x'</style>",
    "<base href=//x>",
    "<meta http-equiv=refresh content=0>",
    "&lt;script&gt;canary(12)&lt;/script&gt;",
    "\u202egnp.exe",
    "<details open ontoggle=canary(14)>",
    "<math><mtext></mtext><script>canary(15)</script></math>",
    "<input autofocus onfocus=canary(16)>",
    "]]><script>canary(17)</script>",
    "<!--><script>canary(18)</script>",
    "__proto__",
    "constructor",
    "<template><script>canary(21)</script></template>",
    "%3Cscript%3Ecanary(22)%3C/script%3E",
    "<form action=//x><button>ok</button></form>",
    "<object data=javascript:canary(24)></object>",
    "<svg><animate onbegin=canary(25) attributeName=x dur=1s></svg>",
    "<video><source onerror=canary(26)></video>",
    "<body onload=canary(27)>",
    "<marquee onstart=canary(28)>x</marquee>",
    "<embed src=javascript:canary(29)>",
    "<link rel=stylesheet href=//x>",
    "<textarea></textarea><script>canary(31)</script>",
    "</textarea><img src=x onerror=canary(32)>",
    "</title><img src=x onerror=canary(33)>",
    "</option></select><img src=x onerror=canary(34)>",
    "<noscript><p title='</noscript><img src=x onerror=canary(35)>'>",
    "data:text/html,<script>canary(36)</script>",
    "vbscript:canary(37)",
    "#/account",
    "../../api/v1/session",
    "//x.example/",
    "\\\\x.example",
    "＜script＞canary(42)＜/script＞",
    "é<script>canary(43)</script>",
    "<scr<script>ipt>canary(44)</scr</script>ipt>",
    "toString",
    "hasOwnProperty",
    "=cmd|' /C calc'!A0",
    "x{click_id}",
    "%0d%0aSet-Cookie:x=1",
    "' OR 1=1 --",
    "<img/src='x'/onerror='canary(51)'/title='`'>",
    "<p style=position:fixed;inset:0 onmouseover=canary(52)>x</p>",
]
assert len(STRINGS) >= 50 and all(len(text.encode()) <= 64 for text in STRINGS)

# Those of which HTML makes an element that no page of ours has, or an attribute that runs something.
MARKUP = [text for text in STRINGS if text[:1] not in "&d%" and "<" in text and not text.startswith(("<body", "<meta"))]

# All of them in one text; first what fires wherever it is taken for HTML, last what would swallow what follows it.
ALL = " ".join([STRINGS[1], STRINGS[14], *(text for text in STRINGS if "noscript" not in text), STRINGS[35]])

# What stands on the page that the dashboard does not make: elements, handlers, styles, links to elsewhere.
STRANGERS = r"""(element) => {
  const root = element ?? document;
  const found = [];
  const foreign = 'iframe, img, object, embed, base, template, noscript, video, source, math, marquee, animate, style, '
    + 'body script, body link, body meta, form[action], input[autofocus], main textarea + script';
  for (const one of root.querySelectorAll(foreign)) found.push(one.outerHTML);
  for (const one of root.querySelectorAll('*')) {
    if (!/^[a-z0-9]+$/i.test(one.localName)) found.push(one.localName);
    for (const { name, value } of one.attributes) {
      if (name.startsWith('on') || name === 'srcdoc' || name === 'style') found.push(`${name}=${value}`);
      const isURL = ['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].includes(name);
      if (isURL && !/^(#|\/(?!\/)|https:\/\/127\.0\.0\.1)/.test(value)) found.push(`${name}=${value}`);
    }
  }
  return found.map((text) => text.slice(0, 200));
}"""


class Watch:
    """What ran, what was asked for elsewhere and what the browser complained of, on the pages of a context."""

    def __init__(self, context, page, server):
        self.fired, self.elsewhere, self.complaints = [], [], []
        context.expose_function("canary", lambda *number: self.fired.append(number))
        context.on("page", lambda opened: self.elsewhere.append("a window opened"))
        page.on("dialog", lambda dialog: (self.fired.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: self._asked(request.url, server.url))
        page.on("domcontentloaded", lambda _: self.elsewhere.append("the page was loaded anew"))
        page.on("console", lambda message: message.type == "error" and self._complained(message))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._page, self._own = page, []

    def begin(self):
        """What was up to now is the page's own."""
        self.fired, self.elsewhere, self.complaints = [], [], []
        self._own = self._page.evaluate(STRANGERS)

    def _asked(self, url, own):
        if not url.startswith((own, "about:")):
            self.elsewhere.append(url)

    def _complained(self, message):
        url = message.location.get("url", "") if message.location else ""
        if "/api/v1/" not in url:  # an answer of 404 and the like, which the page tells of itself
            self.complaints.append(message.text)

    def faults(self):
        """What is wrong by now; empty where all that stands on the page is text."""
        strangers = [one for one in self._page.evaluate(STRANGERS) if one not in self._own]
        found = [*self.fired, *self.elsewhere, *self.complaints, *strangers]
        self.fired, self.elsewhere, self.complaints = [], [], []
        return found
