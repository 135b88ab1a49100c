"""Answers of an account in use, each compared with openapi.yaml so strictly that a member it does not name is wrong."""

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

import pytest
from api_document import document, faults, operations
from server import Server

READ = document()
BY_NAME = {operation["operationId"]: (path, method, operation) for path, method, operation in operations(READ)}
# An answer to each of these is looked at elsewhere, or holds no JSON.
ELSEWHERE = {"probePostback", "showMetrics", "logOut", "testAlertChannel", "logIn", "changePassword"}


class Caller:
    """Calls operations by name; whatever comes back is compared at once."""

    def __init__(self, server):
        self.server = server
        self.seen = set()

    def __call__(self, name, body=None, key="secret", kind="application/json", wanted=None, query=None, **names):
        path, method, operation = BY_NAME[name]
        address = self.server.url + path.format(**names) + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(address, method=method.upper())
        request.add_header("Authorization", "Bearer " + self.server.keys[key])
        if body is not None:
            request.add_header("Content-Type", kind)
            request.data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        try:
            answer = urllib.request.urlopen(request, timeout=30, context=ssl._create_unverified_context())
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read().decode()
        says = operation["responses"].get(str(answer.status))
        assert says, f"{name} is answered {answer.status}, which is not in openapi.yaml: {text[:300]}"
        if wanted:
            assert answer.status == wanted, f"{name}: {answer.status} {text[:500]}"
        content = says.get("content", {})
        given = answer.headers.get("Content-Type", "").split(";")[0]
        if not content:
            assert text == "", name
            self.seen.add(name)
            return None
        assert given in content, f"{name}: {given}"
        if "json" not in given:
            return text
        value = json.loads(text)
        assert faults(READ, content[given]["schema"], value, is_strict=True) == [], f"{name}: {text[:2000]}"
        if answer.status < 400:
            self.seen.add(name)
        return value


@pytest.fixture(scope="module")
def call():
    server = Server()
    yield Caller(server)
    server.remove()


def test_every_answer_is_as_it_says(call, make_site):
    partner, tracker = make_site(), make_site()
    partner.pages["/leads"] = lambda _: (200, {}, b'{"ok": true, "id": 991, "redirect": "https://pp.example/thanks"}')
    tracker.pages["/postback"] = lambda _: (200, {}, b"taken")
    set_up(call, partner, tracker)
    leads(call)
    messages(call)
    deliveries(call)
    reading(call)
    people_and_privacy(call)
    taking_away(call)
    assert call.seen == set(BY_NAME) - ELSEWHERE


def set_up(call, partner, tracker):
    call("createSource", {"slug": "facebook_us", "traffic_type": "social", "cost_per_lead": 0.35}, wanted=201)
    call("createSource", {"slug": "facebook_us"}, wanted=409)
    call("createSource", {"slug": "Bad Slug"}, wanted=422)
    call("createSource", "{", wanted=400)
    call("createSource", "slug=x", kind="text/plain", wanted=415)
    call("createSource", {"slug": "x", "name": "x" * 70_000}, wanted=413)
    call("updateSource", {"name": "Facebook"}, slug="facebook_us", wanted=200)
    call("showSource", slug="facebook_us", wanted=200)
    call("showSource", slug="nothing", wanted=404)
    call("listSources", key="publishable", wanted=403)
    call("listSources", wanted=200)
    for kind in ("html", "php", "curl", "python", "node"):
        call("showSnippet", slug="facebook_us", query={"kind": kind}, wanted=200)
    call("createPartner", {
        "slug": "pp-one", "url": partner.url + "/leads", "format": "json",
        "fields": {"email": "{email}", "deep": {"sub": "{click_id}", "test": True, "n": 1.5, "none": None}},
        "headers": {"X-Token": "t"}, "success": {"status": [200], "pointer": "/ok", "equals": True, "contains": "id"},
        "lead_id_pointer": "/id", "redirect_pointer": "/redirect", "payout": 30, "caps": {"hour": 50},
        "schedule": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00"}],
        "filters": {"min_score": 0},
    }, wanted=201)  # fmt: skip
    call("createPartner", {"slug": "paused", "mode": "page", "active": False}, wanted=201)
    call("updatePartner", {"priority": 2}, slug="pp-one", wanted=200)
    call("updatePartner", {"caps": {"day": 40}, "filters": {"countries": ["US"]}}, slug="pp-one", wanted=200)
    call("updatePartner", {"caps": {"dya": 40}}, slug="pp-one", wanted=422)
    call("showPartner", slug="pp-one", wanted=200)
    call("listPartners", wanted=200)
    call("listPartnerTemplates", wanted=200)
    call("testPartner", slug="pp-one", wanted=200)
    call("testPartner", slug="paused", wanted=422)
    forward = call("createForward", {
        "name": "keitaro", "url": tracker.url + "/postback?subid={click_id}&status={status}&payout={payout}",
        "status_map": {"approved": "sale"},
    }, wanted=201)  # fmt: skip
    call.forward = forward["id"]
    call("updateForward", {"statuses": ["approved", "pending"]}, id=call.forward, wanted=200)
    call("showForward", id=call.forward, wanted=200)
    call("listTrackerTemplates", wanted=200)
    call("testForward", id=call.forward, wanted=200)
    call("testForward", {"status": "rejected"}, id=call.forward, wanted=200)


def leads(call):
    lead = {
        "source": "facebook_us", "country": "US", "time_on_site": 45, "page_views": 3, "ip": "203.0.113.7",
        "landing_page": "offer-1", "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0",
        "signals": {"fill_seconds": 12.5, "pasted": False, "webdriver": False, "timezone": "America/New_York", "languages": ["en-US"]},
    }  # fmt: skip
    for number in range(4):
        contact = {"name": "Jo Doe", "email": f"jo{number}@example.com", "phone": f"+1212555012{number}"}
        call("decide", lead | {"click_id": f"c{number}", "form_data": contact}, wanted=200)
    call("decide", {"source": "facebook_us", "click_id": "c9", "form_data": {"email": "no address"}}, wanted=200)
    call("decide", lead | {"click_id": "c-test", "test": True, "form_data": {"email": "try@example.com"}}, wanted=200)
    short = call("decide", {"source": "facebook_us", "form_data": {"email": "kim@example.com"}}, key="publishable", wanted=200)
    assert "score" not in short
    call("decide", {"click_id": "jo@example.com"}, wanted=422)


def messages(call):
    for query in (
        {"click_id": "c0", "status": "sale", "payout": "12,50", "txid": "T-1", "currency": "EUR"},
        {"click_id": "c0", "status": "sale", "payout": "12.50", "txid": "T-1"},
        {"click_id": "c1", "status": "my_word", "payout": "{payout}"},
        {"click_id": "nobody", "status": "lead", "other": "1"},
        {"click_id": "{clickid}"},
        {},
    ):
        call("postback", key="postback", query=query, wanted=200)
    call("postbackByPost", {"click_id": "c1", "status": "chargeback"}, key="postback", wanted=200)
    call("postbackByPost", "click_id=c2&status=trash", key="postback", kind="application/x-www-form-urlencoded", wanted=200)
    call("lintPostback", {"url": "https://x.example/api/postback?click_id={clickid}&status=sale&sum=1"}, wanted=200)
    call("lintPostback", {"url": "https://x.example/?a=1"}, wanted=200)
    call("changeStatusMap", {"my_word": "approved"}, query={"dry_run": 1}, wanted=200)
    call("listUnmappedWords", wanted=200)
    call("changeStatusMap", {"my_word": "approved"}, wanted=200)
    call("showStatusMap", wanted=200)
    call("addConversions", {"click_id": "c3", "status": "approved", "payout": 7, "txid": "T-3"}, wanted=201)
    report = "click_id,txid,status,payout\nc0,T-1,approved,13.00\nc9,,approved,1\nnobody,T-9,sale,1\n,,sale,2\n"
    for query in ({"dry_run": 1}, {}):
        call("addConversions", report, kind="text/csv", query=query, wanted=200)
    call("addConversions", "a,b\n1,2\n", kind="text/csv", wanted=422)


def deliveries(call):
    call("replayDeliveries", {"all_dead": True}, wanted=200)
    call("replayDeliveries", {}, wanted=422)
    call("backfillForward", {"from": "2026-01-01", "to": "2099-01-01"}, id=call.forward, query={"dry_run": 1})
    call("listDeliveries", id=call.forward, wanted=200)
    call("showForwardHealth", wanted=200)
    call("listForwards", wanted=200)
    call("updateForward", {"active": False}, id=call.forward, wanted=200)
    call("backfillForward", {"from": "2026-01-01", "to": "2026-01-02"}, id=call.forward, wanted=409)


def reading(call):
    call("showUsage", wanted=200)
    for group in ("day", "source", "partner", "traffic_type", "landing_page", "country", "email_domain", "reason"):
        call("showStats", query={"group_by": group}, wanted=200)
    assert call("showStats", query={"format": "csv"}, wanted=200).startswith("key,")
    call("showScore", wanted=200)
    call("tryThresholds", query={"accept_at": "55", "reject_below": "20"}, wanted=200)
    events = call("listRecentEvents", wanted=200)["events"]
    assert len(events) == 7
    for event in events:
        call("showEvent", event_id=event["event_id"], wanted=200)
    call("findEvents", query={"click_id": "c0"}, wanted=200)
    call("listPostbacks", query={"limit": 3}, wanted=200)
    lines = call("listConversions", wanted=200)["conversions"]
    call("showConversion", id=lines[0]["id"], wanted=200)
    assert call("listConversions", query={"format": "csv"}, wanted=200).startswith("id,")
    call("listNetworkPresets", wanted=200)
    call("listAlerts", wanted=200)
    call("showHealth", wanted=200)
    call("showSession", wanted=200)
    call("showAccount", wanted=200)
    call("updateAccount", {"timezone": "Europe/Kyiv", "thresholds": {"accept_at": 45}}, wanted=200)


def people_and_privacy(call):
    person = call("addPerson", {"email": "kim@example.com"}, wanted=201)
    assert "password" in person
    call("addPerson", {"email": "kim@example.com"}, wanted=409)
    call("listPeople", wanted=200)
    call("removePerson", id=person["id"], wanted=204)
    call("lookUpPerson", {"email": "jo1@example.com"}, wanted=200)
    call("lookUpPerson", {"email": "nobody@example.com"}, wanted=200)
    call("erasePerson", {"phone": "(212) 555 0121", "country": "US"}, wanted=200)
    call("listErasures", wanted=200)
    for kind in ("secret", "publishable", "postback"):
        key = call("createKey", {"kind": kind, "name": "one more"}, wanted=201)
        call("showKey", id=key["id"], wanted=200)
    call("listKeys", wanted=200)
    call("revokeKey", id=key["id"], wanted=204)
    channel = call("createAlertChannel", {"kind": "email", "address": "you@example.com"}, wanted=201)
    call("listAlertChannels", wanted=200)
    call("deleteAlertChannel", id=channel["id"], wanted=204)


def taking_away(call):
    call("deleteForward", id=call.forward, wanted=204)
    call("archiveSource", slug="facebook_us", wanted=200)
    call("archivePartner", slug="pp-one", wanted=200)
