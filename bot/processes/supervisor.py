"""The supervisor: starts the three processes, restarts one that dies, stops all cleanly and leaves nothing behind."""

import fcntl
import json
import os
import secrets
import signal
import sys
import threading
import time
from pathlib import Path
from typing import IO

from bot.errors import ConfigurationError
from bot.processes.child import Child, free_port, port_taken
from bot.settings import ROOT, Settings

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
STOP_WITHIN_SECONDS = 3.0
RESTART_PAUSE_SECONDS = 1.0


class Supervisor:
    """`run` blocks until a signal; children get private ports and a key made for this start only."""

    def __init__(self, settings: Settings, model: Path) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self.children = _children(settings, model)

    def run(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._stop.set())
        try:
            for child in self.children:
                child.start()
            self._write_down()
            while not self._stop.wait(0.2):
                self._restart_the_dead()
        finally:
            self._stop_all()

    def stop(self) -> None:
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def _restart_the_dead(self) -> None:
        for child in self.children:
            code = child.exited()
            if code is not None and not self._stop.wait(RESTART_PAUSE_SECONDS):
                print(f"{child.name} 意外退出(代码 {code}),正在重新启动,日志:{child.log}", file=sys.stderr, flush=True)
                child.start()
                self._write_down()

    def _write_down(self) -> None:
        """Names and process ids of the children, for whoever looks after the machine."""
        pids = {child.name: child.process.pid for child in self.children if child.process}
        (self._settings.var_dir / "processes.json").write_text(json.dumps(pids))

    def _stop_all(self) -> None:
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait_or_kill(deadline - time.monotonic())


def _children(settings: Settings, model: Path) -> list[Child]:
    actions_port, dialogue_port = free_port(), free_port()
    environment = os.environ | {
        "LAMPLIGHTER_PRIVATE_KEY": secrets.token_urlsafe(32),
        "LAMPLIGHTER_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
        "LAMPLIGHTER_DIALOGUE_URL": f"http://127.0.0.1:{dialogue_port}",
        "LAMPLIGHTER_VAR_DIR": str(settings.var_dir.resolve()),
        "LAMPLIGHTER_DATABASE_URL": settings.effective_database_url,
        "LAMPLIGHTER_DEMO": "1" if settings.demo else "0",
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
    }
    rasa_environment = environment | {"LAMPLIGHTER_DATABASE_URL": settings.dialogue_database_url}
    logs = settings.var_dir / "log"
    logs.mkdir(parents=True, exist_ok=True)
    dialogue = [str(RASA_PYTHON), "-m", "bot.dialogue.server", "--model", str(model), "--port", str(dialogue_port)]
    return [
        Child("gateway", [sys.executable, "-m", "bot.gateway"], environment, logs / "gateway.log"),
        Child("actions", [sys.executable, "-m", "actions.server"], environment, logs / "actions.log"),
        Child("dialogue", dialogue, rasa_environment, logs / "dialogue.log"),
    ]


def lock(var_dir: Path) -> IO[str]:
    """Holds this installation for one supervisor; a second one on the same var/ is told so."""
    var_dir.mkdir(parents=True, exist_ok=True)
    file = (var_dir / "run.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConfigurationError(
            f"掌灯已经在 {var_dir} 上运行,请先停掉它,或用 LAMPLIGHTER_VAR_DIR 换一个目录"
        ) from error
    return file


def check_port(settings: Settings) -> None:
    if port_taken(settings.http_host, settings.http_port):
        raise ConfigurationError(
            f"端口 {settings.http_port} 已被占用。请停掉占用它的程序,或用 LAMPLIGHTER_HTTP_PORT 换一个端口"
        )
