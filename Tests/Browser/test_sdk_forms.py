"""Which forms the SDK takes, what it reads there, and what it measures."""

import pytest
from sdk_pages import CONTACT, FORM, answer, fill, landing

DONE = answer(delivery="accepted", partner="pp")
EXPECTED = {"email": "jo@example.com", "phone": "+12125550123", "first_name": "Jo", "last_name": "Canary"}


def opened(page, site, api, form=FORM, query="", **details):
    api.answers = [DONE]
    site.pages["/"] = landing(api.url, form, **details)
    page.goto(site.url + "/" + query)


@pytest.mark.parametrize(
    "fields",
    [
        '<input name=a autocomplete="shipping email"><input name=b autocomplete=tel><input name=c autocomplete=given-name><input name=d autocomplete=family-name>',
        "<input name=x1 type=email><input name=x2 type=tel><input name=fname><input name=lname>",
        "<input name=your-email><input name=Mobile_Number><input name=firstName><input name=surname>",
        "<input id=e-mail><input id=telefon><input id=first><input id=last>",
        "<input name=q1 data-backnova=email><input name=q2 data-backnova=phone><input name=q3 data-backnova=first_name><input name=q4 data-backnova=last_name>",
    ],
    ids=["autocomplete", "type", "name", "id", "attribute"],
)
def test_fields_are_known_by(page, site, api, fields):
    opened(page, site, api, f'<form action="/order" method=post>{fields}<button>Send</button></form>')
    for place, value in zip(
        page.locator("input").all(), ["jo@example.com", "+12125550123", "Jo", "Canary"], strict=True
    ):
        place.fill(value)
    page.click("button")
    assert api.wait(1)[0]["form_data"] == EXPECTED


def test_the_surer_sign_wins_and_secrets_stay(page, site, api):
    opened(
        page,
        site,
        api,
        """<form data-backnova action="/order" method=post><input name=email_of_a_friend value=friend@example.com>
      <input name=telegram value=@jo><input type=email name=mail value=jo@example.com><input type=password name=password value=geheim>
      <input name=card autocomplete=cc-number value=4111111111111111><input type=checkbox name=terms value=yes checked>
      <input type=checkbox name=news value=yes><input name=zip value=10001><input name=nick data-backnova=off value=J>
      <input name=gone value=x disabled><input name=bn_hp value=""><textarea name=note></textarea><button name=go value=1>Send</button></form>""",
    )
    page.fill("[name=note]", "z" * 1025)
    page.click("button")
    assert api.wait(1)[0]["form_data"] == {
        "email": "jo@example.com",
        "email_of_a_friend": "friend@example.com",
        "telegram": "@jo",
        "terms": "yes",
        "zip": "10001",
    }


def test_of_the_address_only_the_click_id_travels(page, site, api):
    opened(
        page,
        site,
        api,
        FORM.replace(
            "<button", "<input type=hidden name=s1 value=subvalue><input type=hidden name=offer value=o7><button"
        ),
        "?click_id=abc123&sub1=subvalue&fbclid=tracking#frag",
    )
    fill(page)
    [body] = api.wait(1)
    assert body["click_id"] == "abc123"
    assert body["form_data"]["offer"] == "o7" and "s1" not in body["form_data"]
    assert body["landing_page"] == site.url.removeprefix("http://") + "/"
    everything = str(api.site.received)  # bodies, headers such as Referer, and what was asked for the script
    for secret in ("subvalue", "tracking", "frag", "sub1"):
        assert secret not in everything
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "abc123" in kept and "subvalue" not in kept and "tracking" not in kept


def test_the_click_id_is_kept_for_30_days(page, site, api):
    page.clock.install(time="2026-11-01T12:00:00Z")
    opened(page, site, api, query="?click_id=first")
    site.pages["/two"] = landing(api.url)
    for day, expected in [("2026-11-30T12:00:00Z", "first"), ("2026-12-01T12:00:01Z", None)]:
        page.clock.set_fixed_time(day)
        page.goto(site.url + "/two")
        before = len(api.decisions)
        fill(page, CONTACT | {"email": f"jo{before}@example.com", "phone": ""})
        assert api.wait(before + 1)[-1].get("click_id") == expected
    assert page.evaluate("localStorage.getItem('backnova_click')") is None


@pytest.mark.parametrize("value", ["jo%40example.com", "%2B12125550123", "+12125550123", "%20+1212", "jo%2540example.com", "x" * 257, "", "a%0Ab"])
def test_what_is_no_click_id_is_not_kept(page, site, api, value):
    opened(page, site, api, query="?click_id=" + value)
    fill(page)
    assert "click_id" not in api.wait(1)[0]
    assert "example.com" not in page.evaluate("JSON.stringify({...localStorage})")


def test_behaviour(page, site, api):
    opened(
        page,
        site,
        api,
        FORM.replace('method="post"', 'method="post" data-backnova data-source="from_form"'),
        attributes='data-traffic-type="push" data-country="US" data-landing-page="offer-page-1"',
    )
    for path in ("/step-2", "/step-2", "/step-3"):
        page.evaluate(f"history.pushState(null, '', '{path}')")
    page.fill("[name=email]", "jo@example.com")
    page.evaluate("document.querySelector('[name=phone]').dispatchEvent(new ClipboardEvent('paste', {bubbles: true}))")
    page.wait_for_timeout(300)
    page.fill("[name=phone]", "+12125550123")
    page.click("button")
    [body] = api.wait(1)
    signals = body["signals"]
    assert (body["source"], body["traffic_type"], body["country"], body["landing_page"]) == (
        "from_form",
        "push",
        "US",
        "offer-page-1",
    )
    assert body["page_views"] == 3
    assert 0.3 <= signals["fill_seconds"] <= body["time_on_site"] < 8
    assert signals["pasted"] is True and signals["webdriver"] is True and signals["focus_changes"] >= 2
    assert signals["timezone"] == "America/New_York" and signals["languages"] == ["en-US"]
    assert len(body["lead_id"]) == 32


def test_two_forms_are_two_leads(page, site, api):
    opened(
        page,
        site,
        api,
        FORM.replace("<form", "<form id=a data-backnova data-source=one data-key=nobody")
        + FORM.replace("<form", "<form id=b data-backnova data-source=two"),
    )
    fill(page, form="#a")
    api.wait(1)
    page.locator("#a", has_text="Thank you!").wait_for()
    fill(page, CONTACT | {"email": "other@example.com"}, form="#b")
    one, two = api.wait(2)
    assert (one["source"], two["source"]) == ("one", "two")
    assert one["lead_id"] != two["lead_id"]
    assert two["form_data"]["email"] == "other@example.com"


def test_a_marked_form_is_the_only_one(page, site, api):
    site.pages["/search"] = "Found"
    opened(
        page,
        site,
        api,
        FORM.replace("<form", "<form data-backnova")
        + '<form id=other action="/search"><input type=email name=q><button>Go</button></form>',
    )
    page.fill("#other input", "jo@example.com")
    page.click("#other button")
    page.get_by_text("Found").wait_for()
    page.go_back()
    fill(page, form="[data-backnova]")
    assert len(api.wait(1)) == 1


def test_log_in_and_search_are_not_leads(page, site, api):
    site.pages["/in"] = "Inside"
    opened(
        page,
        site,
        api,
        '<form action="/in" method=post><input name=email value=jo@example.com><input type=password name=p value=x><button>Go</button></form>',
    )
    page.click("button")
    page.get_by_text("Inside").wait_for()
    assert api.decisions == []


def test_a_frame(page, site, api):
    site.pages["/frame"] = landing(api.url)
    api.answers = [DONE]
    site.pages["/"] = (
        '<iframe src="/frame"></iframe><iframe id=strange sandbox="allow-scripts allow-forms" src="/frame?click_id=inner"></iframe>'
    )
    page.goto(site.url + "/?click_id=outer&sub1=x")
    frame = page.frame_locator("iframe >> nth=0")
    frame.locator("[name=email]").fill("jo@example.com")
    frame.locator("button").click()
    frame.get_by_text("Thank you!").wait_for()
    strange = page.frame_locator("#strange")  # no storage, no parent, no TLS-bound features
    strange.locator("[name=email]").fill("jo2@example.com")
    strange.locator("button").click()
    strange.get_by_text("Thank you!").wait_for()
    assert [body["click_id"] for body in api.wait(2)] == ["outer", "inner"]


def test_a_form_that_comes_later_and_is_sent_by_the_pages_script(page, site, api):
    opened(
        page,
        site,
        api,
        "<main></main>",
        more="""<script>
      window.sent = [];
      setTimeout(() => { history.pushState(null, '', '/checkout');
        document.querySelector('main').innerHTML = '<form><input type=email name=email><button>Send</button></form>';
        document.querySelector('form').addEventListener('submit', (event) => {
          event.preventDefault(); sent.push(new FormData(event.target).get('email')); }); }, 50);</script>""",
    )
    api.answers = [answer()]
    page.fill("[name=email]", "jo@example.com")
    page.click("button")
    page.wait_for_function("sent.length > 0")
    assert page.evaluate("sent") == ["jo@example.com"]
    [body] = api.wait(1)
    assert body["page_views"] == 2 and body["landing_page"].endswith("/checkout")


def test_the_pages_own_check_comes_first_and_once(page, site, api):
    check = """<script>calls = 0; document.querySelector('form').addEventListener('submit', (event) => {
      calls++; if (!event.target.phone.value) event.preventDefault(); });</script>"""
    opened(
        page, site, api, FORM.replace("<form", '<form target="below"'), more=check + '<iframe name="below"></iframe>'
    )
    site.pages["/order"] = "Ordered"
    api.answers = [answer(delivery="page")]
    fill(page, {"email": "jo@example.com"})
    page.wait_for_timeout(200)
    assert api.decisions == [] and page.evaluate("calls") == 1
    fill(page)
    page.frame_locator("iframe").get_by_text("Ordered").wait_for()
    assert page.evaluate("calls") == 2 and len(api.decisions) == 1


def test_a_script_that_sends_a_form_with_an_action_comes_second_where_told(page, site, api):
    script = """<script>document.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault(); sent = true; });</script>"""
    opened(page, site, api, FORM.replace("<form", '<form data-backnova="first"'), more=script)
    api.answers = [answer(delivery="page")]
    fill(page)
    page.wait_for_function("window.sent")
    assert len(api.decisions) == 1 and site.got("POST", "/order") == []


def test_a_page_without_a_form(page, site, api):
    opened(page, site, api, "", query="?click_id=c1", attributes='data-thanks="ignored"')
    result = page.evaluate("backnova.submit({email: 'jo@example.com', plan: 'b'}, {landing_page: 'quiz'})")
    [body] = api.wait(1)
    assert result == DONE | {"lead_id": body["lead_id"]}
    assert body["form_data"] == {"email": "jo@example.com", "plan": "b"}
    assert (body["landing_page"], body["click_id"]) == ("quiz", "c1")


def test_a_small_phone_keeps_its_layout(browser, site, api):
    phone = browser.new_page(viewport={"width": 320, "height": 568})
    phone.set_default_timeout(8_000)
    opened(
        phone,
        site,
        api,
        f"<style>input, button {{ width: 100%; box-sizing: border-box }}</style>{FORM}",
        attributes='data-thanks="Thank you. We call you within the hour, on the number you gave us: stay near your phone."',
    )
    overflow = "document.documentElement.scrollWidth - innerWidth"
    before = phone.evaluate("document.querySelector('form').getBoundingClientRect().toJSON()")
    assert phone.evaluate(overflow) <= 0
    fill(phone)
    phone.get_by_text("We call you within the hour").wait_for()
    after = phone.evaluate("document.querySelector('form').getBoundingClientRect().toJSON()")
    assert phone.evaluate(overflow) <= 0
    assert (after["x"], after["width"]) == (before["x"], before["width"])
    phone.close()
