"""Landing pages with the SDK on them, and a stand-in for the API that answers what a test wants."""

import json
import threading
import time

from server import REPOSITORY

SDK = REPOSITORY / "public/sdk/v1.js"

FORM = """<form action="/order" method="post">
  <input type="hidden" name="click_id"><input name="name" autocomplete="name"><input type="email" name="email">
  <input type="tel" name="phone"><button name="go" value="yes">Send</button></form>"""

# Sent by nobody but the SDK.
BARE = '<form><input name="email"><input name="phone"><button>Send</button></form>'

ORDERED = "The page has the order"
CONTACT = {"name": "Jo Canary", "email": "jo.canary@example.com", "phone": "+1 212 555 0123"}


def landing(origin, form=FORM, key="bn_pub_" + "x" * 32, source="tiktok_us", more="", attributes=""):
    """A page with `form` on it that loads the SDK from `origin`."""
    tag = f'<script src="{origin}/sdk/v1.js" data-key="{key}" data-source="{source}" {attributes}></script>'
    return f'<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Offer</title>{form}{tag}{more}</html>'


def answer(decision="accept", **route):
    """An API's answer; without a route, that of an account without partners."""
    return {"event_id": "evt_1", "decision": decision, "click_id": None, "route": route or None}


class StubAPI:
    """Serves the SDK, and answers each decision with the next of `answers`, the last one again and again: a dictionary,
    a status, or a number of seconds to keep silent as ("hang", seconds)."""

    CORS = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Allow-Methods": "POST, OPTIONS",
    }

    def __init__(self, site):
        self.site, self.url = site, site.url
        self.answers = [answer()]
        self.closing = threading.Event()
        site.pages["/sdk/v1.js"] = lambda _: (200, {"Content-Type": "text/javascript", **self.CORS}, SDK.read_bytes())
        site.pages["/api/v1/decision"] = self._decide

    def _decide(self, request):
        if request.method == "OPTIONS":
            return 204, self.CORS, b""
        value = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(value, tuple):
            self.closing.wait(value[1])
            value = 503
        status, value = (value, {"code": "unavailable"}) if isinstance(value, int) else (200, value)
        return status, {"Content-Type": "application/json", **self.CORS}, json.dumps(value).encode()

    @property
    def decisions(self):
        """The bodies that came in."""
        return [json.loads(request.body) for request in self.site.got("POST", "/api/v1/decision")]

    def wait(self, count, seconds=8):
        """The bodies, once there are that many."""
        wait_until(lambda: len(self.decisions) >= count, seconds)
        return self.decisions


def wait_until(is_so, seconds=8):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def opened(page, site, api, *answers, form=FORM, query="?click_id=c1", **details):
    """Opens a landing page whose own form posts to /order; the API gives these answers."""
    api.answers = list(answers)
    site.pages["/"] = landing(api.url, form, **details)
    site.pages["/order"] = ORDERED
    page.goto(site.url + "/" + query)


def orders(site):
    return [request.form for request in site.got("POST", "/order")]


def fill(page, contact=CONTACT, form="form"):
    """Fills and submits the form as a person does."""
    for name, value in contact.items():
        page.fill(f"{form} [name={name}]", value)
    page.click(f"{form} button")


# What the browser was left with.
VAULT = """async () => {
  const request = indexedDB.open('backnova');
  const database = await new Promise((resolve) => request.onsuccess = () => resolve(request.result));
  const all = (name) => new Promise((resolve) => {
    database.transaction(name).objectStore(name).getAll().onsuccess = ({target}) => resolve(target.result); });
  const [leads, keys] = [await all('leads'), await all('keys')];
  database.close();
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? new TextDecoder('latin1').decode(value) : value;
  return { leads: leads.map((lead) => JSON.stringify(lead, (_, value) => text(value))), extractable: keys.map((key) => key.extractable),
    exported: await Promise.allSettled(keys.map((key) => crypto.subtle.exportKey('raw', key))).then((all) => all.map((one) => one.status)),
    storage: JSON.stringify([{...localStorage}, {...sessionStorage}]) };
}"""
