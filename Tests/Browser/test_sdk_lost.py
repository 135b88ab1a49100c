"""Where a lead could get lost: what pages, browsers and visitors do around the SDK."""

import os
import shutil

import pytest
from sdk_pages import BARE, CONTACT, FORM, ORDERED, VAULT, answer, fill, landing, opened, orders, wait_until

EMAIL = {"email": "jo.canary@example.com"}
BUTTON = """<form><input name="email">
  <button formaction="/order" formmethod="post" name="go" value="yes">Send</button></form>"""
PREVENTING = """<script>for (const name of ['decision', 'unreachable'])
  document.addEventListener('backnova:' + name, (event) => {
    event.preventDefault(); document.title = name; });</script>"""


def kept(page):
    """How many leads wait in the browser."""
    return len(page.evaluate(VAULT)["leads"])


def refused(page, site, api, way, form):
    """A page on which the request fails in the same moment."""
    if way == "policy":
        policy = {"Content-Type": "text/html", "Content-Security-Policy": f"default-src 'self'; script-src {api.url}"}
        opened(page, site, api, answer(), form=form)
        site.pages["/"] = lambda _: (200, policy, landing(api.url, form).encode())
        page.goto(site.url + "/")
        return
    if way == "fetch":
        page.add_init_script("window.fetch = () => Promise.reject(new TypeError('no'))")
    attributes = 'data-api="nova.example/sdk/"' if way == "address" else ""
    opened(page, site, api, answer(), form=form, attributes=attributes)


@pytest.mark.parametrize("way", ["policy", "fetch", "address"])
def test_where_the_request_fails_at_once_the_page_posts_its_form(page, site, api, way):
    refused(page, site, api, way, FORM)
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    assert len(orders(site)) == 1 and api.decisions == []


@pytest.mark.parametrize("way", ["policy", "fetch", "address"])
def test_where_the_request_fails_at_once_a_form_without_a_way_is_kept(page, site, api, way):
    refused(page, site, api, way, BARE)
    fill(page, EMAIL)
    page.get_by_text("Thank you!").wait_for()
    assert kept(page) == 1


def test_a_browser_that_ignores_the_second_submit(page, site, api):
    page.add_init_script("HTMLFormElement.prototype.requestSubmit = () => {}")
    opened(page, site, api, answer())
    fill(page)
    page.get_by_text(ORDERED).wait_for()


def test_a_waiting_lead_is_not_settled_by_a_partner_that_the_page_should_post_to(page, site, api):
    page.clock.install()
    opened(page, site, api, answer(delivery="none"), answer(delivery="page", partner="pp"), answer(delivery="accepted"))
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    page.clock.fast_forward(6_000)
    api.wait(2)
    page.wait_for_timeout(300)
    assert kept(page) == 1
    page.clock.fast_forward(21_000)
    api.wait(3)
    wait_until(lambda: kept(page) == 0)


def test_a_lead_for_the_page_that_cannot_go_is_kept(page, site, api):
    opened(page, site, api, answer(delivery="page", partner="pp"), form=BARE)
    fill(page, EMAIL)
    page.get_by_text("Thank you!").wait_for()
    assert kept(page) == 1


@pytest.mark.parametrize("reply", [answer(), 503])
def test_the_buttons_own_address_counts(page, site, api, reply):
    opened(page, site, api, reply, form=BUTTON)
    fill(page, EMAIL)
    page.get_by_text(ORDERED).wait_for()
    assert orders(site) == [EMAIL | {"go": "yes"}]


@pytest.mark.parametrize("form", [FORM, BARE])
@pytest.mark.parametrize("reply", [503, answer(), answer(delivery="none"), answer(delivery="page")])
def test_a_page_that_takes_over_loses_no_lead(page, site, api, form, reply):
    opened(page, site, api, reply, form=form, more=PREVENTING)
    fill(page, EMAIL)
    page.wait_for_function("document.title !== 'Offer' && localStorage.backnova_waiting")
    assert kept(page) == 1 and orders(site) == []
    assert page.locator("form button").is_visible()


def test_a_visitor_who_leaves_before_the_answer(page, site, api):
    opened(page, site, api, ("hang", 30), form=BARE)
    fill(page, EMAIL)
    page.wait_for_function("localStorage.backnova_waiting")
    site.pages["/"] = landing(api.url, "")
    page.goto(site.url + "/")
    page.wait_for_function("window.backnova")
    assert kept(page) == 1


@pytest.mark.parametrize("reply", [answer(), answer(delivery="accepted"), answer("reject"), 503])
def test_what_was_kept_for_a_slow_answer_is_dropped_with_it(page, site, api, reply):
    decide = api._decide
    api.site.pages["/api/v1/decision"] = lambda request: (api.closing.wait(0.8), decide(request))[1]
    below = FORM.replace("<form", '<form target="below"') + '<iframe name="below"></iframe>'
    opened(page, site, api, reply, form=below)
    fill(page)
    page.wait_for_function("localStorage.backnova_waiting")
    page.wait_for_function("!document.querySelector('[aria-busy]')")
    wait_until(lambda: kept(page) == 0)


def test_a_slow_vault_and_the_page_do_not_both_send(page, site, api):
    page.add_init_script("""const made = crypto.subtle.generateKey.bind(crypto.subtle);
      crypto.subtle.generateKey = async (...all) => {
        await new Promise((done) => setTimeout(done, 2500)); return made(...all); };""")
    below = FORM.replace("<form", '<form target="below"') + '<iframe name="below"></iframe>'
    opened(page, site, api, answer(delivery="none"), answer(delivery="accepted"), form=below)
    fill(page)
    page.frame_locator("iframe").get_by_text(ORDERED).wait_for()
    page.wait_for_timeout(1_500)
    assert kept(page) == 0 and len(orders(site)) == 1


def test_nothing_that_fails_after_the_answer_sends_the_form_as_well(page, site, api):
    page.add_init_script("delete Element.prototype.replaceChildren")
    opened(page, site, api, answer(delivery="accepted"))
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    assert orders(site) == []


def test_a_frame_that_may_not_redirect_the_whole_page_thanks(page, site, api):
    api.answers = [answer(delivery="accepted", redirect_url=site.url + "/partner")]
    site.pages["/frame"] = landing(api.url, FORM.replace("<form", '<form target="_top"'))
    site.pages["/"] = '<iframe sandbox="allow-scripts allow-forms" src="/frame"></iframe>'
    page.goto(site.url + "/")
    frame = page.frame_locator("iframe")
    for name, value in CONTACT.items():
        frame.locator(f"[name={name}]").fill(value)
    frame.locator("button").click()
    frame.get_by_text("Thank you!").wait_for()
    assert len(api.decisions) == 1 and orders(site) == []


@pytest.fixture
def blocking(browser):
    """A browser that blocks new windows, as people's do; the other tests' allows them."""
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    blocking = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=arguments, ignore_default_args=["--disable-popup-blocking"]
    )
    yield blocking
    blocking.close()


@pytest.mark.parametrize("target, more", [("_blank", ""), ("shop", ""), ("", "<base target=_blank>")])
def test_a_new_window_that_would_be_blocked_after_so_long(blocking, site, api, target, more):
    page = blocking.new_page()
    form = FORM.replace("<form", f'<form target="{target}"' if target else "<form")
    opened(page, site, api, ("hang", 7), form=more + form)
    fill(page)
    page.wait_for_url("**/order", timeout=15_000)  # no look into the page meanwhile: that would count as a click
    assert len(orders(site)) == 1


def test_a_frame_is_no_new_window(blocking, site, api):
    page = blocking.new_page()
    below = FORM.replace("<form", '<form target="below"') + '<iframe name="below"></iframe>'
    opened(page, site, api, ("hang", 7), form=below)
    fill(page)
    wait_until(lambda: orders(site), 15)
    page.frame_locator("iframe").get_by_text(ORDERED).wait_for()
    assert page.get_attribute("form", "target") == "below"


def test_a_form_that_is_called_backnova(page, site, api):
    opened(page, site, api, answer(), form=FORM.replace("<form", '<form id="backnova"'))
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    assert len(api.decisions) == 1


CLEARING = {
    "reset": "form.reset()",
    "button": "form.go.disabled = true",
    "fields": "for (const field of form.elements) field.disabled = true",
    "emptied": "form.textContent = ''",
    "required": "form.email.required = true; form.email.value = ''",
}


@pytest.mark.parametrize("requesting", [True, False])
@pytest.mark.parametrize("way", CLEARING)
def test_what_the_page_clears_after_its_submit_is_ordered_all_the_same(page, site, api, way, requesting):
    if not requesting:
        page.add_init_script("delete HTMLFormElement.prototype.requestSubmit")
    more = f"""<script>document.querySelector('form').addEventListener('submit', ({{ target: form }}) =>
      setTimeout(() => {{ {CLEARING[way]} }}));</script>"""
    opened(page, site, api, answer(), more=more)
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    assert orders(site) == [{**CONTACT, "click_id": "c1", "go": "yes"}]
    assert len(api.decisions) == 1


def test_what_the_page_adds_to_the_order_is_there_once(page, site, api):
    more = """<script>document.addEventListener('formdata', ({ formData }) => formData.append('added', 'yes'));</script>"""
    opened(page, site, api, answer(), more=more)
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    [request] = site.got("POST", "/order")
    assert request.body.count(b"added=yes") == 1


def test_a_file_goes_with_the_order(page, site, api):
    more = "<script>document.querySelector('form').addEventListener('submit', (event) => setTimeout(() => event.target.reset()))</script>"
    form = FORM.replace("<form", '<form enctype="multipart/form-data"').replace("<button", "<input type=file name=photo><button")
    opened(page, site, api, answer(), form=form, more=more)
    page.set_input_files("[name=photo]", {"name": "me.txt", "mimeType": "text/plain", "buffer": b"a picture"})
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    [request] = site.got("POST", "/order")
    assert b'filename="me.txt"' in request.body and b"a picture" in request.body


def test_a_buttons_address_is_not_the_forms(page, site, api):
    form = FORM.replace("<button", '<button id=other formaction="/other">Other</button><button')
    opened(page, site, api, answer(), form=form.replace("<form", '<form target="below"') + '<iframe name="below"></iframe>')
    site.pages["/other"] = "The other page has it"
    page.fill("[name=email]", "jo@example.com")
    page.click("#other")
    page.frame_locator("iframe").get_by_text("The other page has it").wait_for()
    page.wait_for_selector("form:not([aria-busy])")
    page.click("[name=go]")
    page.frame_locator("iframe").get_by_text(ORDERED).wait_for()
    assert len(orders(site)) == 1 and len(site.got("POST", "/other")) == 1


@pytest.mark.parametrize("form", [
    '<form action="/order" method=post><input name=email value="jo@example.com"><button formmethod=Dialog>Close</button></form>',
    '<form method=Dialog><input name=email value="jo@example.com"><button>Close</button></form>',
], ids=["button", "form"])
def test_a_dialog_that_is_closed_is_no_lead(page, site, api, form):
    opened(page, site, api, answer(), form=f"<dialog open>{form}</dialog>")
    page.click("button")
    page.wait_for_function("!document.querySelector('dialog').open")
    page.wait_for_timeout(300)
    assert api.decisions == []


def test_a_slow_vault_that_loses_no_lead_between_two_attempts(page, site, api):
    # It answers 2.4 s after it was first asked; the API 1.2 s after the submit.
    page.add_init_script("""const made = crypto.subtle.generateKey.bind(crypto.subtle);
      let at;
      crypto.subtle.generateKey = async (...all) => {
        at ??= Date.now() + 2400; await new Promise((done) => setTimeout(done, at - Date.now())); return made(...all); };""")
    decide = api._decide
    api.site.pages["/api/v1/decision"] = lambda request: (api.closing.wait(1.2), decide(request))[1]
    opened(page, site, api, answer(delivery="none"))
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    assert kept(page) == 1 and orders(site) == []


def test_a_clock_that_is_put_back(page, site, api):
    page.add_init_script("""if (!sessionStorage.back) { const now = Date.now; Date.now = () => now() + 40 * 864e5; }
      opens = 0; const open = indexedDB.open.bind(indexedDB); indexedDB.open = (...all) => { opens++; return open(...all); }""")
    opened(page, site, api, answer(delivery="none"))
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    wait_until(lambda: kept(page) == 1)
    page.evaluate("sessionStorage.back = 1")
    page.goto(site.url + "/")
    api.wait(2)
    page.wait_for_timeout(1_500)
    assert page.evaluate("opens") < 6 and len(api.decisions) == 2
    assert kept(page) == 1


def test_what_the_page_takes_in_the_end_is_not_tried_again(page, site, api):
    opened(page, site, api, answer(delivery="none"), 503)
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    page.goto(site.url + "/")
    assert kept(page) == 1
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    page.goto(site.url + "/")
    assert kept(page) == 0


def test_a_page_that_calls_something_else_navigation(page, site, api):
    opened(page, site, api, answer(), form="<script>var navigation = { items: [] };</script>" + FORM)
    fill(page)
    page.get_by_text(ORDERED).wait_for()
    assert len(api.decisions) == 1


@pytest.mark.parametrize("form", ['<form method=post action="javascript:void(0)">', '<form action=" JavaScript:;">'])
def test_a_script_as_an_address_is_nowhere_to_go(page, site, api, form):
    opened(page, site, api, 503, form=form + "<input name=email><button>Send</button></form>")
    fill(page, EMAIL)
    page.get_by_text("Thank you!").wait_for()
    assert kept(page) == 1


def test_the_page_has_seen_a_submit_that_comes_last(page, site, api):
    opened(page, site, api, 503, form=BARE.replace("<form", "<form data-backnova=last"),
           more="<script>calls = 0; document.querySelector('form').addEventListener('submit', () => calls++)</script>")
    fill(page, EMAIL)
    page.get_by_text("Thank you!").wait_for()
    assert page.evaluate("calls") == 1 and kept(page) == 1


def test_one_that_cannot_be_read_is_in_no_others_way(page, site, api):
    page.clock.install()
    opened(page, site, api, answer(delivery="none"), answer(delivery="accepted"))
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    wait_until(lambda: kept(page) == 1)
    page.evaluate("""new Promise((done) => { const request = indexedDB.open('backnova'); request.onsuccess = () => {
      const all = request.result.transaction('leads', 'readwrite'); const store = all.objectStore('leads');
      store.getAll().onsuccess = ({ target: { result: [lead] } }) => store.put({ ...lead, id: '0', data: new ArrayBuffer(40) });
      all.oncomplete = () => { request.result.close(); done(); }; }; })""")
    page.clock.fast_forward(6_000)
    api.wait(2)
    wait_until(lambda: kept(page) == 1)
