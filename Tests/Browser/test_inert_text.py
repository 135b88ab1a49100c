"""What leads, partners, trackers and people write is text on every page, never more.

The pages are opened without their content security policy: it would stop most of what is tried here, and so hide a page
that takes text for HTML. `test_these_texts_do_something_where_they_are_taken_for_html` shows that all of it would be seen.
"""

import csv
import io
import json
import re
import ssl
import time
from http.client import HTTPSConnection
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from api_document import document, follow
from dashboard import PAGES, log_in, plain
from injections import ALL, MARKUP, STRANGERS, STRINGS, Watch
from local_site import Site
from server import Server

# Counts the calls that are not answered yet.
COUNT_CALLS = """
window.underWay = 0;
const call = window.fetch;
window.fetch = async (...all) => {
  window.underWay += 1;
  try { return await call(...all); } finally { setTimeout(() => { window.underWay -= 1; }, 50); }
};
"""

PERSON = "jo.canary@gmail.com"


class Desk:
    """A server of its own whose account is full of such texts, and a page of a browser that is logged in."""

    def __init__(self, server, page, watch):
        self.server, self.page, self.watch = server, page, watch
        self.faults = {}

    def show(self, path):
        """Goes to a page as a link does, waits for its data and notes what is wrong with it."""
        self.page.evaluate(
            """(hash) => new Promise((done) => {
              if (location.hash === hash) return done();
              addEventListener('hashchange', () => done(), { once: true });
              location.hash = hash;
            })""",
            f"#/{path}",
        )
        self.wait(path)

    def wait(self, path):
        self.page.wait_for_function(
            "() => !window.underWay && document.querySelector('main h1') && !document.querySelector('.loading')"
        )
        self.look(path)

    def look(self, path):
        found = self.watch.faults()
        if found:
            self.faults.setdefault(path, []).extend(found)

    def text(self):
        return plain(self.page.evaluate("document.body.textContent"))


def rough_site(path, answer):
    """A site that answers at a path with what `answer` says of a request: (status, text)."""
    site = Site()

    def page(request):
        status, text = answer(request)
        return status, {"Content-Type": "application/json"}, text.encode()

    site.pages[path] = page
    return site


def partner_answer(request):
    """Takes a lead under an id, with a place to go to, that are its string; the first partner declines the odd ones."""
    sent = json.loads(request.body)
    text = STRINGS[int(sent.get("number") or 1)]
    taken = sent["who"] != "first" or int(sent.get("number") or 0) % 2 == 0
    return (201 if taken else 400), json.dumps({"id": text, "go": text, "why": text, text: text})


def tracker_answer(request):
    """Says the string that the click is. Three calls fail: a tracker that fails much would be called no more."""
    click = parse_qs(request.query).get("c", [""])[0]
    number = STRINGS.index(click) if click in STRINGS else 0
    return (500 if 0 < number < 4 else 200), STRINGS[number] + ("" if click in STRINGS else ALL[:450])


@pytest.fixture(scope="module")
def desk(browser):
    server = Server()
    sites = [
        rough_site("/leads", partner_answer),
        rough_site("/p", tracker_answer),
        rough_site("/hook", lambda _: (500, ALL[:450])),
    ]
    context = browser.new_context(ignore_https_errors=True, bypass_csp=True)
    context.set_default_timeout(15_000)
    try:
        desk = Desk(server, context.new_page(), None)
        fill(server, *sites)
        log_in(desk.page, server)
        desk.page.wait_for_selector("main h1:has-text('Overview')")
        desk.watch = Watch(context, desk.page, server)
        context.add_init_script(COUNT_CALLS)
        desk.page.reload()  # with the canary
        desk.page.wait_for_selector("main h1:has-text('Overview')")
        desk.watch.begin()
        yield desk
    finally:
        context.close()
        server.remove()
        for site in sites:
            site.close()


def fill(server, partners, tracker, hook):
    """Every string through every field of a lead, a partner's answer, a postback, a tracker's answer and a setting."""

    address = urlsplit(server.url).netloc
    connection = HTTPSConnection(address, context=ssl._create_unverified_context(), timeout=20)  # one for all: hundreds

    def call(method, path, body, wanted):
        headers = {"Content-Type": "application/json"}
        headers |= {} if path == "/api/postback" else {"Authorization": "Bearer " + server.keys["secret"]}
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == wanted, (path, body, text)

    # The same person sends them all, or they could not be looked up together.
    rules = ["honeypot", "declared_bot", "impossible_contact", "duplicate", "flood"]
    call("PATCH", "/api/v1/account", {"disabled_rules": rules}, 200)
    common = {"url": partners.url + "/leads", "format": "json", "lead_id_pointer": "/id", "redirect_pointer": "/go"}
    common |= {"success": {"status": [201]}, "filters": {"sources": ["rough"]}}
    for priority, slug in enumerate(["first", "second"], 1):
        fields = {"who": slug, "number": "{form.number}", "all": "{form.all}"}
        more = {"slug": slug, "name": STRINGS[priority], "fields": fields, "priority": priority, "caps": {"day": 60}}
        call("POST", "/api/v1/partners", common | more, 201)
    forward = {"name": STRINGS[1], "url": tracker.url + "/p?c={click_id}&t={txid}&w={raw_status}&u={currency}"}
    call("POST", "/api/v1/forwards", forward, 201)
    call("POST", "/api/v1/alerts/channels", {"kind": "webhook", "url": hook.url + "/hook"}, 201)
    call("POST", "/api/v1/decision", {"source": "rough", "form_data": {"email": "erased@gmail.com"}}, 200)
    call("POST", "/api/v1/privacy/erase", {"email": "erased@gmail.com"}, 200)
    for number, text in enumerate(STRINGS):
        lead = {
            "source": "rough", "click_id": text, "traffic_type": text, "landing_page": text, "lead_id": text, "test": None,
            "user_agent": text, "form_data": {"email": PERSON, "name": text, "number": str(number), "all": text, text: text},
            "signals": {"timezone": text, "languages": [text, text], text: text}, text: text,
        }  # fmt: skip
        call("POST", "/api/v1/decision", lead, 200)
        message = {"click_id": text, "status": text, "txid": text, "payout": text, "currency": text, text: text, "sub1": text}
        call("POST", "/api/postback", {"api_key": server.keys["postback"]} | message, 200)
        settings = {"name": text, "traffic_type": text}
        call("POST", "/api/v1/sources", {"slug": f"rough-{number}"} | settings, 201)
        call("POST", "/api/v1/keys", {"kind": "postback", "name": text}, 201)
        if "{" not in text:
            made = {"slug": f"rough-{number}", "name": text, "active": False, "fields": {text: text}, "headers": {"X-A": text}}
            call("POST", "/api/v1/partners", common | made | {"success": {"contains": text}}, 201)
        if number < 15:  # 20 are the most
            call("POST", "/api/v1/forwards", forward | {"name": text, "active": False, "status_map": {"approved": text}}, 201)
    # A conversion each by hand as well, approved, so that there is something to forward of the clicks that had no payout.
    words = {text: "approved" for text in STRINGS[::2] if "@" not in text}
    call("PUT", "/api/v1/postbacks/status-map", words, 200)
    for text in STRINGS[1:6]:
        call("POST", "/api/v1/people", {"email": f"{re.sub(r'[^!-~]', '', text)[:40]}@x.example"}, 201)
    deadline = time.monotonic() + 30
    while len({request.query for request in tracker.received}) < len(STRINGS) and time.monotonic() < deadline:
        time.sleep(0.1)


def test_all_that_others_send_is_text(desk):
    _, found = desk.server.call("GET", "/api/v1/events/recent")
    _, ledger = desk.server.call("GET", "/api/v1/conversions?limit=200")
    by_click = {row["click_id"]: row["event_id"] for row in ledger["conversions"]}
    assert set(by_click) == set(STRINGS), "each string is the click of a lead that has a conversion"
    forwards = desk.server.call("GET", "/api/v1/forwards")[1]["forwards"]
    active = next(one["id"] for one in forwards if one["active"])
    shown = {}
    for number, (text, event) in enumerate(by_click.items()):
        desk.show(f"events/{event}")
        shown[text] = desk.text().count(plain(text))
    # As the click id in the heading and below, the traffic type, the txid, the word and the partner's lead id at least.
    assert {text: times for text, times in shown.items() if times < 5 and "@" not in text} == {}
    paths = [*PAGES, f"forwards/{active}", "partners/first", "partners/second", "sources/rough"]
    paths += [f"{kind}/rough-{number}" for number in (1, 4) for kind in ("partners", "sources")]
    paths += ["sources/rough-1/preview", f"forwards/{forwards[0]['id']}"]
    for text in STRINGS[:6]:
        paths += [f"{place}{quote(text, safe='')}" for place in
                  ("events?click_id=", "postbacks/log?click_id=", "postbacks/words?key=", "sources/", "events/", "")]  # fmt: skip
    for path in paths:
        desk.show(path)
        if path in ("events", "postbacks/log", f"forwards/{active}"):
            older = desk.page.get_by_role("button", name="Show older ones")
            if older.count():
                older.click()
                older.wait_for(state="detached")
                desk.wait(path)
            text = desk.text()
            assert sum(plain(one) in text for one in STRINGS) >= 48, (path, [one for one in STRINGS if plain(one) not in text])
    assert desk.faults == {}
    table = csv.reader(io.StringIO(desk.server.call("GET", "/api/v1/conversions?format=csv")[1]))
    assert [cell for row in table for cell in row if cell.startswith(("=", "@", "+"))] == []


def test_what_is_answered_to_a_press_of_a_button_is_text(desk):
    page = desk.page

    def press(path, name, until, **filled):
        desk.show(path)
        for label, value in filled.items():
            page.locator(f"main [name={label}]").first.fill(value)
        page.get_by_role("button", name=name, exact=True).first.click()
        page.locator("main").get_by_text(until).first.wait_for()
        desk.look(f"{path}: {name}")
        return desk.text()

    active = next(one["id"] for one in desk.server.call("GET", "/api/v1/forwards")[1]["forwards"] if one["active"])
    assert plain(STRINGS[1]) in press(f"forwards/{active}", "Send a test call", "Answer")
    assert plain(STRINGS[1]) in press("partners/second", "Send a test lead", re.compile("^Its lead id$"))
    assert plain(STRINGS[1]) in press("account/alerts", "Test", "failed")
    url = f"{desk.server.url}/api/postback?" + "&".join(f"{name}={quote(ALL[:800])}" for name in ("click_id", "status"))
    press("postbacks/linter", "Check the URL", "As it should be", url=url + "&" + quote(STRINGS[1]) + "=1")
    assert plain(STRINGS[1]) in press("account/privacy", "Look up", re.compile("^click_id$"), email=PERSON)
    page.route("**/api/v1/sources", lambda route: route.fulfill(
        status=500, json={"title": ALL, "detail": ALL, "code": ALL, "request_id": ALL}))  # fmt: skip
    desk.show("sources")
    assert plain(STRINGS[1]) in desk.text()
    page.unroute("**/api/v1/sources")
    assert desk.faults == {}


# Chosen from lists that are ours: a kind decides what is listed where; a zone or a currency that does not exist could not be shown at all.
OURS = {"timezone", "currency", "schedule", "kind"}
# Not from others, and links of it go elsewhere.
NOT_OF_OTHERS = "/api/v1/postbacks/presets"


def roughened(node, texts, key=None):
    """An answer with every text in it replaced, dates and times apart, and lists cut to three."""
    if isinstance(node, dict):
        return {name: roughened(value, texts, name) for name, value in node.items()}
    if isinstance(node, list):
        return node if key in OURS else [roughened(one, texts, key) for one in node[:3]]
    if not isinstance(node, str) or key in OURS or re.match(r"\d{4}-\d\d-\d\d", node):
        return node
    return f"{next(texts)} {ALL}"


def with_examples(read, path, answer):
    """The answer with lists that are empty here filled from the documentation."""
    operation = read["paths"].get(path, {}).get("get")
    if operation and isinstance(answer, dict):
        contents = follow(read, operation["responses"]["200"])["content"]["application/json"]
        example = contents.get("example") or next(iter(contents.get("examples", {}).values()), {}).get("value") or {}
        return answer | {key: example.get(key, value) for key, value in answer.items() if value == []}
    return answer


def test_every_text_of_every_answer_is_text_on_the_page(desk):
    """Fields that the server would never let such a text into, and those that a page will come to show, are here too."""
    read, page = document(), desk.page
    events = desk.server.call("GET", "/api/v1/events/recent")[1]["events"]
    forward = desk.server.call("GET", "/api/v1/forwards")[1]["forwards"][0]["id"]
    texts = iter(STRINGS * 1_000)

    def answer(route):
        if route.request.method != "GET" or NOT_OF_OTHERS in route.request.url:
            return route.continue_()
        fetched = route.fetch()
        path = re.sub(r"^https://[^/]+|\?.*", "", route.request.url)
        route.fulfill(response=fetched, json=roughened(with_examples(read, path, fetched.json()), texts))

    page.route("**/api/v1/**", answer)
    paths = [*PAGES, f"events/{events[0]['event_id']}", "sources/rough", "sources/rough/preview", "partners/first",
             f"forwards/{forward}"]  # fmt: skip
    without = []
    for path in paths:
        desk.show(path)
        if plain(STRINGS[1]) not in desk.text():
            without.append(path)
    page.unroute("**/api/v1/**", answer)
    assert desk.faults == {}
    assert set(without) <= {"how", "api"}, "a page shows nothing of what was answered"


@pytest.mark.parametrize("is_without_policy", [True, False])
def test_these_texts_do_something_where_they_are_taken_for_html(browser, server, is_without_policy):
    """The control of the tests above. With its policy even such a page runs none of it."""
    context = browser.new_context(ignore_https_errors=True, bypass_csp=is_without_policy)
    page = context.new_page()
    watch = Watch(context, page, server)
    page.goto(server.url + "/docs/")
    watch.begin()
    assert watch.faults() == []
    page.evaluate(
        """(texts) => document.querySelector('main').replaceChildren(...texts.map((text) => {
          const place = document.createElement('div');
          place.innerHTML = text;
          return place;
        }))""",
        MARKUP,
    )
    page.wait_for_timeout(500)
    seen = page.evaluate(f"() => [...document.querySelectorAll('main > div')].map((one) => ({STRANGERS})(one))")
    unseen = [text for text, strangers in zip(MARKUP, seen, strict=True) if not strangers]
    page.evaluate("""() => {
      const link = document.createElement('a');
      link.setAttribute('href', 'javascript:canary(5)');
      document.querySelector('main').replaceChildren(link);
      link.click();
    }""")
    page.wait_for_timeout(100)
    fired = set(watch.fired)
    assert watch.faults() and unseen == []
    assert ((2,) in fired and (5,) in fired and len(fired) >= 8) if is_without_policy else not fired
    with page.expect_event("domcontentloaded"):
        page.evaluate("() => { document.querySelector('main').innerHTML = '<meta http-equiv=refresh content=0>'; }")
    assert "the page was loaded anew" in watch.faults()
    context.close()
