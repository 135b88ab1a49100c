"""Small web servers for the tests: landing pages, and whatever stands in for somebody else's server."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Received(NamedTuple):
    method: str
    path: str
    query: str
    headers: dict
    body: bytes

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Site:
    """An HTTP server on loopback. `pages` maps a path to HTML, or to a function of a `Received` that answers
    (status, headers, body bytes). What came in is in `received`."""

    def __init__(self):
        self.pages = {}
        self.received = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                address = urlsplit(self.path)
                request = Received(
                    self.command, address.path, address.query, dict(self.headers.items()), self.rfile.read(length)
                )
                site.received.append(request)
                page = site.pages.get(address.path, (404, {}, b"nothing here"))
                status, headers, body = (
                    page(request)
                    if callable(page)
                    else page
                    if isinstance(page, tuple)
                    else (200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())
                )
                try:
                    self.send_response(status)
                    for name, value in {"Cache-Control": "no-store", **headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True  # the browser did not wait for it

            do_GET = do_POST = do_OPTIONS = do_HEAD = answer

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def got(self, method, path):
        return [request for request in self.received if (request.method, request.path) == (method, path)]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
