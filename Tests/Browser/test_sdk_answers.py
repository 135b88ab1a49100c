"""What the SDK does with each answer, and without one: nobody's lead is lost, and none is sent twice."""

import time

import pytest
from sdk_pages import BARE, CONTACT, FORM, ORDERED, VAULT, answer, fill, landing, opened, orders

THANKS = "Thank you!"


@pytest.mark.parametrize("reply", [answer(), answer(delivery="page", partner="pp"), answer("review", delivery="page")])
def test_the_pages_own_form_posts_as_it_did(page, site, api, reply):
    opened(page, site, api, reply)
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    assert orders(site) == [{**CONTACT, "click_id": "c1", "go": "yes"}]
    assert len(api.decisions) == 1


@pytest.mark.parametrize(
    "reply",
    [
        answer(delivery="accepted"),
        answer(delivery="unknown"),
        answer("reject"),
        answer("reject", delivery="none"),
        answer(delivery="accepted", redirect_url="javascript:document.title='bad'"),
    ],
)
def test_thanks_are_shown_and_nothing_else_is_sent(page, site, api, reply):
    opened(page, site, api, reply, attributes='data-thanks="Danke <b>!"')
    fill(page)
    page.get_by_text("Danke <b>!").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Danke <b>!"
    assert page.evaluate("indexedDB.databases().then(list => list.length)") == 0
    assert orders(site) == [] and page.title() == "Offer"


def test_the_partners_redirect_is_followed(page, site, api):
    site.pages["/partner"] = "Welcome to the partner"
    opened(page, site, api, answer(delivery="accepted", redirect_url=site.url + "/partner?x=1"))
    fill(page)
    page.get_by_text("Welcome to the partner").wait_for()
    assert orders(site) == []


def test_the_page_hears_of_it_and_may_take_over(page, site, api):
    opened(
        page,
        site,
        api,
        answer(delivery="accepted", redirect_url=site.url + "/order"),
        more="""<script>
      document.addEventListener('backnova:decision', (event) => { event.preventDefault(); heard = [event.target.tagName, event.detail]; });
      </script>""",
    )
    fill(page)
    page.wait_for_function("window.heard && !document.querySelector('[aria-busy]')")
    tag, detail = page.evaluate("heard")
    assert tag == "FORM" and detail["lead_id"] == api.decisions[0]["lead_id"] and detail["decision"] == "accept"
    assert page.locator("form button").is_visible()


@pytest.mark.parametrize("reply", [401, 422, 429, 503, {"no": "decision"}, "closed", "bare text"])
def test_where_the_api_cannot_help_the_pages_own_submit_goes_through(page, site, api, reply):
    opened(page, site, api, reply)
    if reply == "closed":
        api.site.close()
    if reply == "bare text":
        api.site.pages["/api/v1/decision"] = lambda _: (200, api.CORS, b"<html>Log in to this network</html>")
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    assert orders(site) == [{**CONTACT, "click_id": "c1", "go": "yes"}]


def test_a_silent_api_is_waited_for_ten_seconds(page, site, api):
    page.clock.install()
    opened(page, site, api, ("hang", 30))
    page.clock.pause_at(time.time() + 60)
    fill(page)
    page.locator("form[aria-busy=true]").wait_for()
    page.click("button")  # an impatient visitor
    page.clock.run_for(1)
    api.wait(1)
    page.clock.run_for(9_900)
    page.wait_for_timeout(300)
    assert orders(site) == []
    page.clock.run_for(200)
    page.get_by_text(ORDERED).wait_for()
    assert len(api.decisions) == len(orders(site)) == 1


@pytest.mark.parametrize("form", [FORM, BARE])
def test_an_old_browser(page, site, api, form):
    page.add_init_script("delete HTMLFormElement.prototype.requestSubmit; delete window.navigation")
    script = """<script>document.querySelector('form:not([action])')?.addEventListener('submit', (event) => {
      event.preventDefault(); document.body.append('The page has the order'); });</script>"""
    opened(page, site, api, answer(), form=form, more=script)
    fill(page, {"email": "jo@example.com"})
    page.get_by_text(ORDERED).wait_for()
    assert len(api.decisions) == 1


def test_an_impatient_visitor_is_one_lead(page, site, api):
    opened(page, site, api, answer(delivery="accepted"))
    page.fill("[name=email]", "jo@example.com")
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('button').click()")
    page.get_by_text(THANKS).wait_for()
    assert len(api.decisions) == 1


def test_the_same_persons_form_keeps_its_lead_id(page, site, api):
    opened(page, site, api, answer())
    corrected = CONTACT | {"email": "Jo.Corrected@example.com"}
    sent = [
        CONTACT,
        corrected,
        corrected | {"email": "jo.corrected@example.com ", "phone": "+1 212 555 0199"},
        {"name": "Someone", "email": "else@example.com", "phone": "+1 212 555 0100"},
    ]
    for number, contact in enumerate(sent, 1):  # the page's server sends the form back each time
        fill(page, contact)
        page.get_by_text(ORDERED).wait_for()
        assert len(api.wait(number)) == number
        page.goto(site.url + "/")
    first, again, changed, other = (body["lead_id"] for body in api.decisions)
    assert first == again == changed
    assert other != first
    assert "example.com" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


@pytest.mark.parametrize("delivery", ["none", "declined", "not_sent"])
def test_a_lead_that_nobody_took_waits_encrypted_and_is_tried_again(page, site, api, delivery):
    page.clock.install()
    opened(page, site, api, answer(delivery=delivery), answer(delivery=delivery), answer(delivery="accepted"))
    fill(page)
    page.get_by_text(THANKS).wait_for()
    vault = page.evaluate(VAULT)
    assert len(vault["leads"]) == 1 and vault["extractable"] == [False] and vault["exported"] == ["rejected"]
    for secret in [*CONTACT.values(), "anary", "2125550123", "tiktok_us"]:
        assert secret not in str(vault)
    if delivery == "none":  # goes on where another page of the site is open
        site.pages["/"] = landing(
            api.url,
            "",
            more="<script>document.addEventListener('backnova:delivered', (event) => heard = event.detail)</script>",
        )
        page.goto(site.url + "/")
        page.wait_for_function("window.backnova")
        page.clock.fast_forward(6_000)
        api.wait(2)
        page.clock.fast_forward(19_000)
        page.wait_for_timeout(200)
        page.clock.fast_forward(2_000)
        first, *others = api.wait(3)
        page.wait_for_function("window.heard?.route?.delivery === 'accepted'")
        assert page.evaluate(VAULT)["leads"] == []
    else:
        page.clock.fast_forward(6_000)
        first, *others = api.wait(2)
    assert all(body == first for body in others)
    assert orders(site) == []


def test_after_24_hours_a_lead_is_forgotten(page, site, api):
    began = time.time()
    page.clock.install(time=began)
    opened(page, site, api, answer(delivery="none"))
    fill(page)
    page.get_by_text(THANKS).wait_for()
    site.pages["/"] = landing(api.url, "")
    page.clock.set_fixed_time(began + 86_399)
    page.goto(site.url + "/")
    api.wait(2)
    page.clock.set_fixed_time(began + 86_500)
    page.goto(site.url + "/")
    page.wait_for_function("!localStorage.backnova_waiting")
    assert page.evaluate(VAULT)["leads"] == [] and len(api.decisions) == 2


def test_where_nothing_can_be_kept_the_pages_own_submit_goes_through(page, site, api):
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    opened(page, site, api, answer(delivery="none"))
    fill(page)
    page.get_by_text(ORDERED).wait_for()


@pytest.mark.parametrize("reply", [503, answer()])
def test_a_form_that_cannot_go_anywhere_is_kept_and_its_fields_stay_out_of_the_address(page, site, api, reply):
    page.clock.install()
    opened(page, site, api, reply, reply, answer(delivery="accepted"), form=BARE)
    fill(page, {"email": "jo.canary@example.com"})
    page.get_by_text(THANKS).wait_for()
    assert page.url == site.url + "/?click_id=c1"
    assert len(page.evaluate(VAULT)["leads"]) == 1
    page.clock.fast_forward(6_000)
    first, again = api.wait(2)
    assert first == again


def test_a_form_that_the_page_has_removed_is_kept(page, site, api):
    opened(
        page,
        site,
        api,
        503,
        more="<script>document.addEventListener('backnova:unreachable', (event) => event.target.remove())</script>",
    )
    fill(page)
    page.wait_for_function("localStorage.backnova_waiting")
    assert len(page.evaluate(VAULT)["leads"]) == 1 and orders(site) == []


def test_a_page_without_a_form_is_told_that_the_lead_waits(page, site, api):
    opened(page, site, api, 503, form="")
    result = page.evaluate("backnova.submit({email: 'jo.canary@example.com'})")
    assert result == {"lead_id": api.decisions[0]["lead_id"], "kept": True}
