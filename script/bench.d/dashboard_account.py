"""The account of a state folder of script/bench dashboard, by its API."""

import json
import ssl
import urllib.request
from pathlib import Path


class Account:
    """`url` of its server, `email` and `password` of its person, `log` of its server's requests."""

    def __init__(self, state):
        folder = Path(state)
        history = json.loads((folder / "history.json").read_text())
        account = history["accounts"][0]
        self.leads, self.log = history["leads"], folder / "log/access.log"
        self.url = json.loads((folder / "demo.json").read_text())["url"]
        self.email, self.password, self._key = account["email"], account["password"], account["keys"]["secret"]

    def call(self, method, path, body=None):
        """The JSON value that is answered. An error status raises."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60, context=ssl._create_unverified_context()) as answer:
            return json.load(answer)
