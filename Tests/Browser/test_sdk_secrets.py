"""What a form holds and the SDK does not send."""

import pytest
from sdk_pages import CONTACT, FORM, answer, fill, landing


def opened(page, site, api, more="", query="", form=None):
    api.answers = [answer(delivery="accepted")]
    site.pages["/"] = landing(api.url, form or FORM.replace("<button", more + "<button"))
    page.goto(site.url + "/" + query)


def sent(api):
    """What travelled besides the contact."""
    form = api.wait(1)[-1]["form_data"]
    return {name: value for name, value in form.items() if name not in CONTACT}


HIDDEN = """<input type=hidden name=s1 value=subsecret>
  <input type=hidden name=page value="https://a.example/?sub1=subsecret">"""


@pytest.mark.parametrize("storage", [True, False])
def test_what_came_with_an_earlier_address_stays(page, site, api, storage):
    if not storage:
        page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw 0; } })")
    opened(page, site, api, HIDDEN, "?click_id=c1&sub1=subsecret")
    page.evaluate("history.pushState(null, '', '/step-2')")
    fill(page)
    assert sent(api) == {}
    kept = page.evaluate("JSON.stringify([{...localStorage}, %s])" % ("{...sessionStorage}" if storage else "0"))
    assert "c1" in kept and "subsecret" not in kept


def test_what_came_with_an_earlier_pages_address_stays(page, site, api):
    opened(page, site, api, query="?click_id=c1&sub1=subsecret")
    site.pages["/two"] = landing(api.url, FORM.replace("<button", HIDDEN + "<button"))
    page.goto(site.url + "/two")
    fill(page)
    assert sent(api) == {} and api.decisions[0]["click_id"] == "c1"
    assert "subsecret" not in str(api.site.received)


def test_a_short_value_that_the_address_has_by_chance_is_sent(page, site, api):
    fields = """<input type=hidden name=offer_id value=1><input type=hidden name=lp value=1>
      <input type=hidden name=lang value=en>"""
    opened(page, site, api, fields, "?lp=1&locale=en")
    fill(page)
    assert sent(api) == {"offer_id": "1", "lang": "en"}


def test_a_click_id_that_comes_late(page, site, api):
    opened(page, site, api)
    page.evaluate("history.replaceState(null, '', '/?click_id=late')")
    fill(page)
    assert api.wait(1)[0]["click_id"] == "late"


def test_cards_and_codes(page, site, api):
    fields = """<input name=a autocomplete="billing cc-number" value=4111111111111111>
      <input name=b autocomplete="section-x cc-csc" value=123><input name=cvv value=123><input name=card_number value=x>
      <input name=CardNo value=x><input name=iban value=x><input name=ssn value=x>
      <input name=other value="4111 1111 1111 1111">
      <input name=business_name value="Jo's"><input name=discount value=5>
      <input name=second_phone_number value=004420794600181><input type=hidden name=post value=1234567890123456>"""
    opened(page, site, api, fields)
    fill(page)
    assert sent(api) == {
        "business_name": "Jo's",
        "discount": "5",
        "second_phone_number": "004420794600181",
        "post": "1234567890123456",
    }


def test_a_step_that_is_switched_off(page, site, api):
    fields = '<fieldset disabled><input name=step value=two><input type=tel name=old value="+12125550000"></fieldset>'
    form = f'<form action="/order" method=post>{fields}<input name=email><button>Send</button></form>'
    opened(page, site, api, form=form)
    fill(page, {"email": CONTACT["email"]})
    assert api.wait(1)[0]["form_data"] == {"email": CONTACT["email"]}


@pytest.mark.parametrize("field", [
    "<input id=p name=p autocomplete=current-password>", "<input id=p name=p autocomplete='section-x new-password'>",
    "<input id=p name=user_password>", "<input name=p id=p autocomplete=off data-x><script>p.type = 'password'</script>",
    "<input id=p name=passwd>", "<input id=p name=pwd1>",
])
@pytest.mark.parametrize("marked", [False, True])
def test_a_password_that_is_shown(page, site, api, field, marked):
    opened(page, site, api, form=f'<form {"data-backnova" if marked else ""} action="/in" method=post><input name=email>{field}<button>Go</button></form>')
    site.pages["/in"] = "Inside"
    page.fill("[name=email]", "jo@example.com")
    page.fill("#p", "geheim123")
    page.click("button")
    if marked:
        assert api.wait(1)[0]["form_data"] == {"email": "jo@example.com"}
    else:
        page.get_by_text("Inside").wait_for()
        assert api.decisions == []


@pytest.mark.parametrize("mode", ["", 'data-mode="hash"'])
def test_what_nobody_typed_is_nobodys_contact(page, site, api, mode):
    api.answers = [answer(delivery="accepted")]
    form = """<form data-backnova action="/order" method=post><input type=hidden name=email value="owner@shop.example">
      <input type=hidden name=name value="The shop"><input type=tel name=phone><input type=radio name=mail value=yes checked>
      <input type=checkbox name=e_mail value=1 checked><select name=mobile><option value=1>Yes</select>
      <input type=checkbox name=terms value=yes checked><button>Send</button></form>"""
    site.pages["/"] = landing(api.url, form, attributes=mode)
    page.goto(site.url + "/")
    page.fill("[name=phone]", "+12125550123")
    page.click("button")
    sent = api.wait(1)[0]["form_data"]
    assert sorted(sent) == ["phone_sha256"] if mode else sent == {"phone": "+12125550123", "terms": "yes"}


def test_a_hidden_contact_that_the_page_marks(page, site, api):
    opened(page, site, api, form="""<form data-backnova action="/order" method=post>
      <input type=hidden name=email value="jo@example.com" data-backnova=email><button>Send</button></form>""")
    page.click("button")
    assert api.wait(1)[0]["form_data"] == {"email": "jo@example.com"}


@pytest.mark.parametrize("form", [FORM.replace("<form", '<form data-mode="Hashed"'), FORM.replace("<form", '<form data-mode="hash" data-backnova')])
def test_a_form_that_asks_for_hashes_gets_them(page, site, api, form):
    opened(page, site, api, form=form)
    fill(page)
    assert sorted(api.wait(1)[0]["form_data"]) == ["email_domain", "email_sha256", "name_sha256", "phone_sha256"]
