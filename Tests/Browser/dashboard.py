"""The dashboard as tests use it: logged in, its pages, what it says, what the browser complains of."""

import re

PAGES = [
    "overview",
    "events",
    "sources",
    "partners",
    "postbacks",
    "postbacks/linter",
    "postbacks/log",
    "postbacks/words",
    "postbacks/conversions",
    "forwards",
    "score",
    "account",
    "account/people",
    "account/settings",
    "account/alerts",
    "account/privacy",
    "how",
    "api",
]


class Dashboard:
    """A page of a browser that is logged in, with what its console said in `complaints`."""

    def __init__(self, page, server):
        self.page, self.server, self.complaints = page, server, []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message):
        url = message.location.get("url", "") if message.location else ""
        excused = url.endswith("/api/v1/session") and "401" in message.text  # not yet logged in
        if message.type in ("error", "warning") and not excused:
            self.complaints.append(f"{message.text} ({url})")

    def open(self, path):
        """Shows a page and waits until it has all its data."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.server.url}/#/{path}")
        self.wait()
        return self.page

    def wait(self):
        self.page.wait_for_selector("main h1")
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function("() => !document.querySelector('.loading')")

    @property
    def text(self):
        """All that the page says, folded parts, options and placeholders too, in single spaces and plain quotes."""
        said = self.page.evaluate("""() => {
              const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
              while (texts.nextNode()) said.push(texts.currentNode.data);
              for (const one of document.querySelectorAll('input, textarea')) said.push(one.value, one.placeholder);
              return said.join(' ');
            }""")
        return plain(said)


def plain(text):
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("\u00a0", " ")).strip()


def log_in(page, server, email=None, password=None):
    page.goto(server.url + "/")
    page.get_by_label("E-mail").fill(email or server.email)
    page.get_by_label("Password").fill(password or server.password)
    page.get_by_role("button", name="Log in").click()


def lead(server, click_id, source="facebook_us", **more):
    body = {
        "source": source,
        "click_id": click_id,
        "time_on_site": 45,
        "page_views": 3,
        "country": "US",
        "form_data": {"email": f"{abs(hash(click_id))}@gmail.com"},
        **more,
    }
    status, answer = server.call("POST", "/api/v1/decision", body)
    assert status == 200, answer
    return answer


def postback(server, **parameters):
    status, answer = server.call("POST", "/api/postback", {"api_key": server.keys["postback"], **parameters}, key=None)
    assert status == 200, answer
    return answer


def opened(browser, server, session, width=1280, height=900, theme="light"):
    context = browser.new_context(
        ignore_https_errors=True, storage_state=session, viewport={"width": width, "height": height}, color_scheme=theme
    )
    context.set_default_timeout(15_000)
    return context, Dashboard(context.new_page(), server)
