"""What the carriers over HTTP share: one call out, and how it can fail."""

import json
from typing import Any

import httpx

from bot.channels.sms.driver import AnswerLost, Throttled, Unreadable
from bot.conversations.carriers import NotCarried

PATIENCE = httpx.Timeout(10.0, connect=5.0)
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)


async def call(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """The answer to a request, whatever its status; an error says whether the carrier can have got it."""
    try:
        response = await client.send(request)
    except NOT_SENT as error:
        raise NotCarried("retry", "unreachable", detail=type(error).__name__) from error
    except httpx.HTTPError as error:
        raise AnswerLost(type(error).__name__) from error
    if response.status_code == 429:
        raise Throttled("http_429", _seconds(response.headers.get("retry-after")))
    if response.status_code >= 500:
        raise AnswerLost(f"http {response.status_code}")
    return response


def json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        parsed = response.json()
    except ValueError as error:
        raise AnswerLost("answer is no JSON") from error
    if not isinstance(parsed, dict):
        raise AnswerLost("answer is no JSON object")
    return parsed


def json_list(body: bytes) -> list[dict[str, Any]]:
    """A batch of callbacks: a list of objects, or one."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    rows = parsed if isinstance(parsed, list) else [parsed]
    if not all(isinstance(row, dict) for row in rows):
        raise Unreadable("not a list of objects")
    return rows


def field(row: dict[str, Any], name: str, *, empty: bool = False) -> str:
    """A text field of a callback row."""
    value = row.get(name, "" if empty else None)
    if not isinstance(value, str | int) or isinstance(value, bool) or (value == "" and not empty):
        raise Unreadable(f"{name} is missing")
    return str(value)


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and value.isdecimal() and len(value) < 6 else None
