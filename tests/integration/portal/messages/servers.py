"""Real servers in this process that receive what the portal sends, and remember it."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler


@dataclass
class MailServer:
    """Takes every e-mail, slowly if told to; or refuses all with `refusal`."""

    port: int = 0
    received: list[Message] = field(default_factory=list)
    refusal: str = ""


@contextmanager
def serving_mail(server: MailServer, pause: Callable[[], float] = lambda: 0) -> Iterator[None]:
    class Handler(MessageHandler):
        async def handle_RCPT(self, smtp, session, envelope, address, options):
            if server.refusal:
                return server.refusal
            envelope.rcpt_tos.append(address)
            return "250 OK"

        def handle_message(self, message: Message) -> None:
            time.sleep(pause())
            server.received.append(message)
            time.sleep(pause())  # accepted, and the sender does not know it yet

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.port = probe.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@dataclass
class SmsServer:
    """GatewayAPI as its documentation describes it: takes an SMS, or answers `status`; `mute` says nothing."""

    url: str = ""
    status: int = 200
    body: bytes | None = None
    mute: bool = False
    received: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def serving_sms(server: SmsServer, pause: Callable[[], float] = lambda: 0) -> Iterator[None]:
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sms = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(pause())
            with lock:
                server.paths.append(self.path)
                server.headers.append(dict(self.headers))
                if server.status == 200:
                    server.received.append(sms)
                number = 1000 + len(server.received)
            time.sleep(pause())
            if server.mute:
                self.close_connection = True
                return
            self._answer(json.dumps({"ids": [number]}).encode() if server.body is None else server.body)

        def _answer(self, body: bytes) -> None:
            try:
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whoever asked was killed meanwhile
                self.close_connection = True

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
