"""The whole service in a test: started as an operator starts it, talked to as a customer talks to it."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from bot.processes.child import free_port
from bot.processes.parent import die_with
from bot.settings import ROOT

READY_SECONDS = 90
ANSWER_SECONDS = 60


class Stack:
    """Starts `lamplighter up --demo`; the model is the one trained before the tests."""

    def __init__(self, var: Path, **settings: str) -> None:
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.site_port = free_port()  # where a supplier's own site may stand
        self.environment = os.environ | {
            "LAMPLIGHTER_EMBED_ORIGINS": f"http://localhost:{self.site_port}",
            "LAMPLIGHTER_VAR_DIR": str(var),
            "LAMPLIGHTER_HTTP_PORT": str(self.port),
            "LAMPLIGHTER_MODELS_DIR": str(ROOT / "var" / "models"),
            "LAMPLIGHTER_MESSAGES_PER_MINUTE": "1000",
            **settings,
        }
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        command = [str(ROOT / ".venv" / "bin" / "lamplighter"), "up", "--demo"]
        with (self.var / "supervisor.log").open("a") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )
        wait_until(self.ready, READY_SECONDS, lambda: self.logs())

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=20)

    def ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the supervisor ended with {self.process.returncode}\n{self.logs()}")
        try:
            return httpx.get(f"{self.url}/health", trust_env=False, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def pids(self) -> dict[str, int]:
        """The children by name, as the supervisor wrote them down."""
        return dict(json.loads((self.var / "processes.json").read_text()))

    def kill(self, name: str) -> None:
        os.kill(self.pids()[name], signal.SIGKILL)

    def logs(self) -> str:
        files = [self.var / "supervisor.log", *sorted((self.var / "log").glob("*.log"))]
        return "\n".join(f"== {f.name}\n{f.read_text(errors='replace')[-3000:]}" for f in files if f.exists())

    def welcome(self, login: str) -> str:
        """The one-time link that the start has printed for a person of the demo."""
        printed = (self.var / "supervisor.log").read_text()
        links = re.findall(rf"^ +{re.escape(login)} .*(http\S+)$", printed, re.MULTILINE)
        assert links, printed
        return str(links[-1])

    def customer(self) -> "Customer":
        return Customer(self)


class Customer:
    """A customer on the web chat API."""

    def __init__(self, stack: Stack) -> None:
        self.http = httpx.Client(base_url=stack.url, trust_env=False, timeout=30)
        self.stack = stack
        self.after = 0
        self.conversation_id = self.http.post("/chat/api/session", json={}).json()["conversation_id"]
        self.greeting = self.read()[0]
        self.last = [self.greeting]

    def read(self) -> list[dict[str, Any]]:
        """Messages that are new since the last look, without the customer's own."""
        messages = self.view()["messages"]
        if messages:
            self.after = messages[-1]["id"]
        return [m for m in messages if m["author"] != "customer"]

    def view(self) -> dict[str, Any]:
        return dict(self.http.get("/chat/api/messages", params={"after": self.after}).json())

    def send(self, client_id: str | None = None, **body: str) -> httpx.Response:
        return self.http.post("/chat/api/messages", json=body | ({"client_id": client_id} if client_id else {}))

    def say(self, text: str) -> list[dict[str, Any]]:
        """Says something and waits for the answers to it."""
        return self._answered(self.send(text=text))

    def choose(self, title: str) -> list[dict[str, Any]]:
        """Chooses the option with this title among those last shown."""
        options = [o for m in self.last for o in m["options"] if o["title"] == title]
        assert options, f"no option {title} in {self.last}"
        return self._answered(self.send(option=options[-1]["id"]))

    def _answered(self, response: httpx.Response) -> list[dict[str, Any]]:
        assert response.status_code == 202, response.text
        wait_until(lambda: not self.view()["busy"], ANSWER_SECONDS, self.stack.logs)
        self.last = self.read()
        return self.last

    def code_for(self, phone: str) -> str:
        """The newest one-time code on the demo phone."""
        found: list[str] = []

        def arrived() -> bool:
            inbox = self.http.get("/demo/api/sms", params={"to": phone}).json()
            found[:] = [digits for m in inbox[:1] for digits in [_six_digits(m["text"])] if digits]
            return bool(found)

        wait_until(arrived, 15, self.stack.logs)
        return found[0]


def _six_digits(text: str) -> str:
    match = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    return match[0] if match else ""


def wait_until(condition: Callable[[], bool], seconds: float, explain: Callable[[], str]) -> None:
    """Looks again until the condition holds; past the limit the test fails with an explanation."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.05)
