"""A journey planner to ask in tests: a real server in this process that answers as the planner would."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Planner:
    """A server that gives one answer to everything, and remembers what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    waits: bool = False
    drips: bool = False
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    done: Event = field(default_factory=Event)

    def says(self, answer: object, status: int = 200) -> "Planner":
        self.body, self.status = json.dumps(answer).encode(), status
        return self


@contextmanager
def serving(planner: Planner) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            planner.asked.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))))
            if planner.waits:
                planner.done.wait(5)
                return
            self.send_response(planner.status)
            self.end_headers()
            while planner.drips and not planner.done.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()
            self.wfile.write(planner.body)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    planner.url = f"http://127.0.0.1:{server.server_port}/otp"
    try:
        yield
    finally:
        planner.done.set()
        server.shutdown()
        server.server_close()
        thread.join()


def otp(*seconds: float, errors: tuple[str, ...] | list[str] = ()) -> dict[str, Any]:
    """An answer as OpenTripPlanner gives it."""
    edges = [{"node": {"duration": one}} for one in seconds]
    return {"data": {"planConnection": {"routingErrors": [{"code": code} for code in errors], "edges": edges}}}
