"""A supplier's service on this machine that gives recorded answers, and goes wrong as it is told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.clock import FixedClock
from bot.sources import ServiceClient

RECORDED = Path(__file__).parent / "recorded"
KEY = "a key of the tests"
HANG, DRIP = "hang", "drip"


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))


class Service:
    """`plan`: answers given before the recorded ones, one a request.

    A status, text as it stands, none (HANG), or one that comes byte by byte and each in time (DRIP).
    """

    def __init__(self) -> None:
        self.plan: list[int | str] = []
        self.asked: list[str] = []
        self.accounts: Any = recorded("accounts")
        self.books: Any = recorded("books")
        self.stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str, key: str | None) -> tuple[int, str] | None:
        self.asked.append(path)
        if self.plan:
            planned = self.plan.pop(0)
            if planned == HANG:
                return None
            return (planned, "{}") if isinstance(planned, int) else (200, planned)
        if key != f"Bearer {KEY}":
            return 401, "{}"
        return 200, json.dumps(self.books if "books" in path else self.accounts)

    def stop(self) -> None:
        if not self.stopped.is_set():
            self.stopped.set()
            self._server.shutdown()
            self._server.server_close()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = service.answer(self.path, self.headers["Authorization"])
            if answer is None:
                service.stopped.wait(5)
                return
            status, body = answer[0], answer[1].encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for start in range(0, len(body), 1) if answer[1] == DRIP else ():
                self.wfile.write(body[start : start + 1])
                self.wfile.flush()
                service.stopped.wait(0.3)
            if answer[1] != DRIP:
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    return Handler


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.stop()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(service: Service, clock: FixedClock, pauses: list[float]) -> Iterator[ServiceClient]:
    made = ServiceClient(service.url, KEY, 0.5, clock, pauses.append)
    yield made
    made.close()
