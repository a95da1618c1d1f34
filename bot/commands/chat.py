"""Talking to the running service from a terminal, through the same web chat API as the page."""

import time
from typing import Any

import httpx

from bot.errors import Unavailable

WAIT_SECONDS = 30


def talk(url: str) -> None:
    """Reads lines until an empty one or end of input; prints the answers and their options."""
    with httpx.Client(base_url=url, trust_env=False, timeout=10) as client:
        _ask(client, "POST", "/chat/api/session", json={})
        after = _print_new(client, 0)
        while text := _line():
            after = _send(client, text, after)


def _line() -> str:
    try:
        return input("您:").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def _send(client: httpx.Client, text: str, after: int) -> int:
    response = client.post("/chat/api/messages", json={"text": text})
    if response.status_code != 202:
        print(response.json()["error"]["message"])
        return after
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if not _ask(client, "GET", f"/chat/api/messages?after={after}")["busy"]:
            break
        time.sleep(0.1)
    return _print_new(client, after)


def _print_new(client: httpx.Client, after: int) -> int:
    for message in _ask(client, "GET", f"/chat/api/messages?after={after}")["messages"]:
        after = message["id"]
        if message["author"] != "customer":
            print(f"掌灯:{message['text']}")
            for number, option in enumerate(message["options"], 1):
                print(f"   {number}. {option['title']}")
    return after


def _ask(client: httpx.Client, method: str, path: str, **kwargs: Any) -> Any:
    try:
        response = client.request(method, path, **kwargs)
        response.raise_for_status()
        return response.json()
    except httpx.HTTPError as error:
        raise Unavailable("连不上服务,请先运行 make run") from error
