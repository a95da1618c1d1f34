"""The dialogue as it really runs: its own process, asked over HTTP, with a scripted action server beside it."""

import contextlib
import json
import os
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bot.dialogue.naming import ROOT
from bot.processes.parent import die_with

KEY = "a-key-of-this-start"
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


class ActionServer:
    """Answers every action with one card of its name, or as `script` says; refuses calls without the key."""

    def __init__(self) -> None:
        self.script: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
        self.called: list[str] = []
        self.calls: list[dict[str, Any]] = []
        self.connections = 0
        self.port = free_port()
        self._server: ThreadingHTTPServer | None = None
        self._open: set[socket.socket] = set()

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def answer(self, call: dict[str, Any]) -> dict[str, Any]:
        action = call["next_action"]
        self.called.append(action)
        self.calls.append(call)
        made = self.script.get(action)
        return made(call) if made else {"events": [], "responses": [{"custom": {"kind": action}}]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        actions = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                actions.connections += 1
                actions._open.add(self.connection)

            def finish(self) -> None:
                actions._open.discard(self.connection)
                super().finish()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                allowed = self.headers.get("X-Lamplighter-Key") == KEY
                status, answer = (200, actions.answer(json.loads(body))) if allowed else (403, {})
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


class Server:
    """One dialogue process on one database."""

    def __init__(self, model: Path, database: str, actions_port: int, log: Path) -> None:
        self.port = free_port()
        self.log = log
        self._command = [str(PYTHON), "-m", "bot.dialogue.server", "--model", str(model), "--port", str(self.port)]
        self._environment = os.environ | {
            "LAMPLIGHTER_PRIVATE_KEY": KEY,
            "LAMPLIGHTER_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
            "LAMPLIGHTER_DATABASE_URL": database,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                preexec_fn=die_with(os.getpid()),
            )
        deadline = time.monotonic() + 60
        while not self._ready():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            threading.Event().wait(0.05)
        return self

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def post(self, body: Any, key: str = KEY, path: str = "/webhooks/gateway/turn") -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask(Request(f"http://127.0.0.1:{self.port}{path}", data, {"X-Lamplighter-Key": key}))

    def get(self, path: str, key: str = KEY) -> int:
        return self.ask(Request(f"http://127.0.0.1:{self.port}{path}", headers={"X-Lamplighter-Key": key}))[0]

    def say(self, text: str, conversation: str, message: str = "") -> tuple[int, Any]:
        return self.post(turn(text, conversation, message))

    def ask(self, request: Request) -> tuple[int, Any]:
        try:
            with urlopen(request, timeout=60) as response:
                status, body = response.status, response.read()
        except HTTPError as error:
            status, body = error.code, error.read()
        try:
            return status, json.loads(body)
        except ValueError:
            return status, body

    def _ready(self) -> bool:
        try:
            return self.get("/webhooks/gateway/") == 200
        except OSError:
            return False


def turn(text: str, conversation: str, message: str = "") -> dict[str, Any]:
    return {
        "message_id": message or uuid.uuid4().hex,
        "conversation_id": conversation,
        "channel": "web",
        "text": text,
    }


def kinds(answer: tuple[int, Any]) -> list[str]:
    status, body = answer
    assert status == 200, answer
    return [card["kind"] for card in body["replies"]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
