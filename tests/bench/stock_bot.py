"""The stock Rasa bot as its makers start it: rasa train, rasa run over REST, rasa-sdk's own action server."""

import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import httpx

from bot.processes.child import free_port
from bot.settings import ROOT
from tests.bench.load import Ask
from tests.stack import wait_until

BOT = Path(__file__).parent / "stock"
PYTHON = str(ROOT / ".venv-rasa" / "bin" / "python")
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SANIC_REGISTER": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


@contextmanager
def running() -> Iterator[str]:
    actions, port = free_port(), free_port()
    environment = os.environ | QUIET | {"STOCK_ACTIONS": f"http://127.0.0.1:{actions}/webhook"}
    with tempfile.TemporaryDirectory(prefix="stock") as folder:
        _run(environment, "train", "--out", folder, "--domain", "domain.yml", "--data", "data")
        rasa = ["run", "-i", "127.0.0.1", "-p", str(port), "-m", folder, "--credentials", "credentials.yml"]
        commands = [
            [PYTHON, "-m", "rasa", *rasa, "--endpoints", "endpoints.yml"],
            [PYTHON, "-m", "rasa_sdk", "--actions", "actions", "-p", str(actions)],
        ]
        null = subprocess.DEVNULL
        processes = [subprocess.Popen(c, cwd=BOT, env=environment, stdout=null, stderr=null) for c in commands]
        try:
            wait_until(lambda: _answers(port), 120, lambda: "the stock bot does not answer")
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([PYTHON, "-m", "rasa", *arguments], cwd=BOT, env=environment, check=True, capture_output=True)


def _answers(port: int) -> bool:
    try:
        body = {"sender": "probe", "message": "阶梯电价怎么算"}
        return bool(httpx.post(f"http://127.0.0.1:{port}/webhooks/rest/webhook", json=body, trust_env=False).json())
    except (httpx.HTTPError, ValueError):
        return False


@asynccontextmanager
async def customers(url: str, count: int) -> AsyncIterator[list[Ask]]:
    async with aiohttp.ClientSession(url) as http:
        yield [_customer(http, f"customer-{os.urandom(4).hex()}-{number}") for number in range(count)]


def _customer(http: aiohttp.ClientSession, name: str) -> Ask:
    async def ask(text: str) -> None:
        async with http.post("/webhooks/rest/webhook", json={"sender": name, "message": text}) as answer:
            assert await answer.json(), "the stock bot answered nothing"

    return ask
