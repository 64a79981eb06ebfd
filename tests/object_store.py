"""A real server that speaks S3, on loopback: it notes what it is asked, and lets a test do something at any request."""

import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class ObjectStore:
    """The server.

    Attributes:
        requests: method and object of each request, in order; that of a listing is the bucket.
        meanwhile: called with method and object before each request is worked on; True refuses it.
        afterwards: called likewise when it is done and not answered yet; True answers that it was not.
        heeds_conditions: whether puts have conditions, as not every store knows.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.meanwhile: Callable[[str, str], bool | None] | None = None
        self.afterwards: Callable[[str, str], None] | None = None
        self.heeds_conditions = True
        moto = DomainDispatcherApplication(create_backend_app)

        def application(environ, start_response):
            method, name = environ["REQUEST_METHOD"], unquote(environ["PATH_INFO"]).lstrip("/")
            self.requests.append((method, name))
            if not self.heeds_conditions:
                for header in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"):
                    environ.pop(header, None)
            if self.meanwhile and self.meanwhile(method, name):
                start_response("403 Forbidden", [("Content-Type", "application/xml")])
                return [b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>"]
            begun: list[Any] = []
            answer = moto(environ, lambda *status: begun.extend(status))
            if self.afterwards and self.afterwards(method, name):
                start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
                return [b""]
            start_response(*begun)
            return answer

        self._server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
        self.endpoint = f"http://127.0.0.1:{self._server.port}"

    def empty(self) -> None:
        """Forgets all buckets, requests and what was to be done."""
        self.meanwhile = self.afterwards = None
        self.heeds_conditions = True
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).close()
        self.requests.clear()

    def asked(self, method: str, part: str = "") -> list[str]:
        """The objects that were asked for with this method and have `part` in their name."""
        return [name for done, name in self.requests if done == method and part in name]

    @contextmanager
    def running(self) -> Iterator["ObjectStore"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_arguments: object) -> None:
        pass
