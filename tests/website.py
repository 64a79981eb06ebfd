"""A web site on this machine that does as it is told, and notes what it is asked."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Website:
    """Pages by path: bytes or text, a tuple (status, headers, body), or a function of the request that answers itself.

    What is not there is 404.
    """

    port: int = 0
    pages: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def at(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    @property
    def asked(self):
        """The paths asked for, without robots.txt."""
        return [r.path for r in self.requests if r.path != "/robots.txt"]


@dataclass
class Request:
    path: str
    headers: dict
    at: float
    body: bytes = b""


@contextmanager
def website(pages=(), *, tls=None):
    site = Website(pages=dict(pages))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.do_GET(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self, body=b""):
            site.requests.append(Request(self.path, dict(self.headers), time.monotonic(), body))
            page = site.pages.get(self.path, (404, {}, b"not here"))
            if callable(page):
                try:
                    return page(self)
                except OSError:  # whoever asked has had enough
                    return None
            status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
            return self.answer(status, headers, body.encode() if isinstance(body, str) else body)

        def answer(self, status=200, headers=(), body=b""):
            self.send_response(status)
            headers = {"Content-Length": str(len(body)), **dict(headers)}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def drip(self, part, seconds):
            """Sends `part` again and again, until nobody listens."""
            while not site.over.wait(seconds):
                self.wfile.write(part)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
