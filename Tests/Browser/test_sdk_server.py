"""The SDK and the real server: leads in the feed, hashes that are recognised, and what the browser is left with."""

import hashlib

import pytest
from sdk_pages import CONTACT, FORM, fill, landing, wait_until


@pytest.fixture
def server(server_without_partners):
    return server_without_partners


@pytest.fixture
def source(server):
    server.call("POST", "/api/v1/sources", {"slug": "sdk"})
    return "sdk"


def event(server, click_id):
    status, found = server.call("GET", "/api/v1/events?click_id=" + click_id)
    assert status == 200
    return found["events"]


def test_a_lead_arrives_and_the_page_keeps_it_too(page, site, server, source, human, context):
    site.pages["/"] = landing(server.url, key=server.keys["publishable"], source=source)
    site.pages["/order"] = "Ordered"
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url.partition("?")[0])))
    page.goto(site.url + "/?click_id=real-1&sub1=mine")
    fill(page, CONTACT | {"email": "arrives@example.com", "phone": "+12125550144"})  # no other test's: no duplicate
    page.get_by_text("Ordered").wait_for()
    [lead] = event(server, "real-1")
    assert lead["source"] == source and lead["decision"] != "reject"
    assert context.cookies() == []
    assert {address for method, address in asked if method != "OPTIONS"} <= {
        site.url + "/",
        site.url + "/order",
        site.url + "/favicon.ico",
        server.url + "/sdk/v1.js",
        server.url + "/api/v1/decision",
    }


def test_a_program_is_rejected_and_thanked(page, site, server, source):
    site.pages["/"] = landing(server.url, key=server.keys["publishable"], source=source)
    page.goto(site.url + "/?click_id=real-2")
    fill(page, CONTACT | {"email": "bot@example.com", "phone": "+12125550188"})
    page.get_by_text("Thank you!").wait_for()
    assert [lead["decision"] for lead in event(server, "real-2")] == ["reject"]
    assert site.got("POST", "/order") == []


def test_an_unknown_key_or_source_costs_no_lead(page, site, server, source):
    for key, name in [("bn_pub_" + "x" * 32, source), (server.keys["publishable"], "nobody_made_it")]:
        site.pages["/"] = landing(server.url, key=key, source=name)
        site.pages["/order"] = "Ordered"
        page.goto(site.url + "/")
        fill(page)
        page.get_by_text("Ordered").wait_for()


def test_hash_mode_sends_hashes_only(page, site, server, source, human):
    site.pages["/"] = landing(
        server.url,
        FORM.replace("<button", "<input name=zip value=10001><button"),
        key=server.keys["publishable"],
        source=source,
        attributes='data-mode="hash"',
    )
    site.pages["/order"] = "Ordered"
    bodies = []
    page.on("request", lambda request: request.method == "POST" and bodies.append(request.post_data))
    page.goto(site.url + "/?click_id=real-3")
    fill(page, {"name": "  Zoë   O'Hara ", "email": "Jo.Canary+ads@Googlemail.com", "phone": "+1 (212) 555-0155"})
    page.get_by_text("Ordered").wait_for()
    for secret in ("Zo", "Hara", "anary", "555", "10001"):
        assert secret not in bodies[0]
    assert event(server, "real-3")
    status, answer = server.call(
        "POST", "/api/v1/decision", {"source": source, "form_data": {"email": "jocanary@gmail.com"}}
    )
    assert (status, answer["duplicate"]) == (200, True)


EMAILS = [
    "Jo.Vector+ads@Googlemail.com",
    " ÄÖ@Bücher.example ",
    "ΟΔΥΣΣΕΥΣ@Example.GR",
    "x@faß.example",
    "o'hara@sub.example.co",
    "İ@example.com",
    "a@пример.испытание",
    "q@ｆｕｌｌ．example",
    "dots.stay@example.com",
    '"a@b"@example.com',
    "x" * 64 + "@example.com",
]
NO_EMAILS = [
    "jo@nodot",
    "jo@1.2.3.4",
    "a b@example.com",
    "@example.com",
    "jo@-x.example",
    "jo@ex/ample.com",
    "jo@example.com:80",
    "jo@example..com",
    "jo@%65xample.com",
    "+tag@gmail.com",
    "x" * 65 + "@example.com",
    "jo",
    "jo@exa_mple.com",
    '"a b"@example.com',
]
PHONES = [
    "+1 (212) 555-0124",
    "0044 20 7946 0018",
    "＋49 30 901820",
    "+39 06 6982 1234",
    "+7 495 123-45-67",
    "+225 07 12 34 56 78",
    "+380 44 123 45 67",
    "+54 9 11 2345-6789",
    "+55 11 91234-5678",
    "+36 1 234 5678",
    "+47 21 12 34 56",
    "+1 210 555 0147",
]
NO_PHONES = [
    "212 555 0123",
    "+44 (0)20 7946 0018",
    "+225 (0)7 12 34 56 78",
    "+7 8 912 345-67-89",
    "+52 1 55 1234 5678",
    "+1-212-555-0123 ext 5",
    "+",
    "00",
    "+0123456789",
    "phone",
    "+1 1 212 555 0123",
]
NAMES = {"  Zoë   O'Hara ": "zoë o'hara", "ZOE\u0308": "zoë", "Jo\u00a0\t Canary": "jo canary", "ΟΔΥΣΣΕΥΣ": "οδυσσευς"}


@pytest.fixture
def hashes(page, site, api):
    """A function: what the SDK sends in hash mode in place of each of these fields."""
    site.pages["/"] = landing(api.url, "", attributes='data-mode="hash"')
    page.goto(site.url + "/")

    def send(fields):
        page.evaluate("async (all) => { for (const one of all) await backnova.submit(one); }", fields)
        return [body["form_data"] for body in api.decisions[-len(fields) :]]

    return send


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_contracts_vectors(hashes):
    assert hashes(
        [{"email": "Jo.Canary+ads@Googlemail.com", "phone": "+1 (212) 555-0123", "name": "  Zoë   O'Hara "}]
    ) == [
        {
            "email_sha256": "48b4fbec321e8f5413f79ab519eec00a2d610641b5f23a290a0195a06076da41",
            "email_domain": "gmail.com",
            "phone_sha256": "53ed517fa8e01227bd3ebdc60c78b3f7a7f3a199decdf492af61584ed4ac608d",
            "name_sha256": "a1aec40273d45e4aaa8017f6445defd51d422f6de924ae2e1a83f6843a302ce1",
        }
    ]


def test_names(hashes):
    sent = hashes([{"name": name} for name in NAMES] + [{"first_name": "Zoë ", "last_name": " O'Hara"}])
    assert [one["name_sha256"] for one in sent] == [sha256(name) for name in [*NAMES.values(), "zoë o'hara"]]


def test_the_server_recognises_each_hash(hashes, server):
    for kind, texts in [("email", EMAILS), ("phone", PHONES)]:
        for text, sent in zip(texts, hashes([{kind: text} for text in texts]), strict=True):
            seen = []
            for form in ({kind: text}, sent):
                status, answer = server.call("POST", "/api/v1/decision", {"source": "hashes", "form_data": form})
                assert status == 200, (text, answer)
                seen.append(answer["duplicate"])
            assert seen == [False, True], (text, sent)


def test_what_only_the_server_could_tell_is_not_hashed(hashes):
    sent = hashes([{"email": text} for text in NO_EMAILS] + [{"phone": text} for text in NO_PHONES])
    assert [text for text, form in zip(NO_EMAILS + NO_PHONES, sent, strict=True) if form] == []


def test_without_tls_nothing_of_the_contact_is_sent(page, site, api):
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    site.pages["/"] = landing(api.url, attributes='data-mode="hash"')
    page.goto(site.url + "/")
    fill(page)
    assert api.wait(1)[0]["form_data"] == {"email_domain": "example.com"}


def test_the_server_away_and_back(page, site, server, source, human):
    """The page is open when the server goes: a page that has its own way sends the lead, one that has none keeps it."""
    form = FORM.replace('action="/order" method="post"', "")
    site.pages["/"] = landing(server.url, form, key=server.keys["publishable"], source=source)
    page.goto(site.url + "/?click_id=real-4")
    server.stop()
    try:
        fill(page, CONTACT | {"email": "away@example.com", "phone": "+12125550177"})
        page.get_by_text("Thank you!").wait_for()
    finally:
        server.start()
    wait_until(lambda: event(server, "real-4"), 20)
    assert len(event(server, "real-4")) == 1
