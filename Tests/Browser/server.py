"""script/server as a child of the tests: its own state folder and port, stopped with everything it started."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """BackNova behind nginx over TLS, with the demo account that script/server makes.

    `url`, `email`, `password` and `keys` are those of demo.json; `state` is the state folder.
    """

    def __init__(self, **settings):
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="bn-browser-"))
        self.state = self.folder / "state"
        self._settings = settings
        self._process = None
        self.start()
        demo = json.loads((self.state / "demo.json").read_text())
        self.url, self.email, self.password, self.keys = (demo[k] for k in ("url", "email", "password", "keys"))

    def start(self):
        """Starts it, again after `stop` too, and waits until it answers."""
        environment = os.environ | {
            "BACKNOVA_BINARY": os.environ.get("BACKNOVA_BINARY", str(REPOSITORY / ".build/release/backnova")),
            "BACKNOVA_STATE": str(self.state),
            "BACKNOVA_HTTPS_PORT": str(self.port),
            "BACKNOVA_RATE_LIMITS": "off",
            "BACKNOVA_ALLOW_CIDR": "127.0.0.0/8",
            **self._settings,
        }
        said = self.folder / "said"
        with said.open("wb") as output:
            self._process = subprocess.Popen(
                [str(REPOSITORY / "script/server")],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + 60
        while "Ctrl-C stops it." not in said.read_text():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("script/server did not start:\n" + said.read_text())
            time.sleep(0.05)

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, body=None, key="secret", headers=None):
        """(status, JSON value or text) of a request with the account's key of that kind, or that key; None sends none."""
        request = urllib.request.Request(self.url + path, method=method, headers=headers or {})
        if key:
            request.add_header("Authorization", "Bearer " + self.keys.get(key, key))
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            answer = urllib.request.urlopen(request, timeout=20, context=ssl._create_unverified_context())
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read().decode()
        return answer.status, json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text
