"""Who may come in: the cookie, the role each route asks for, and requests that were not made on our own pages."""

import hmac
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import Depends, Request, Response
from starlette.datastructures import FormData

from bot.errors import InvalidInput, NotAllowed
from bot.staff import Permission, Person, Staff, may

COOKIE = "lamplighter_staff"
MAX_BODY = 64 * 1024
SAFE = ("GET", "HEAD")
ELSEWHERE = "请求不是从工作台页面发出的,请刷新页面再试"


class Guard:
    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    def needs(self, permission: Permission) -> Any:
        """As the default of a route's argument: the person behind the request, if their role may do this.

        Every route of the desk asks for one; a test holds those off that do not.
        """

        async def check(request: Request) -> Person:
            person = await self.person_of(request)
            if person is None:
                raise NotAllowed("请先登录", code="no_login")
            if not may(person.role, permission):
                raise NotAllowed("您的角色不能使用这个页面", code="forbidden")
            if request.method not in SAFE:
                await self._refuse_forged(request, person)
            return person

        return Depends(check)

    async def person_of(self, request: Request) -> Person | None:
        token = request.cookies.get(COOKIE)
        if not token:
            return None
        by_itself = request.method in SAFE and request.headers.get("hx-request") == "true"
        return await to_thread.run_sync(lambda: self._staff.door.person(token, acting=not by_itself))

    async def key_of(self, request: Request, scope: str) -> str:
        """The name of the program behind `Authorization: Bearer …`."""
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        return await to_thread.run_sync(self._staff.keys.require, key if kind.lower() == "bearer" else "", scope)

    async def _refuse_forged(self, request: Request, person: Person) -> None:
        refuse_elsewhere(request)
        shown = request.headers.get("x-csrf-token") or str((await form_of(request)).get("csrf", ""))
        if not hmac.compare_digest(shown.encode(), self._staff.door.csrf_token(person).encode()):
            raise NotAllowed(ELSEWHERE, code="csrf")


def refuse_elsewhere(request: Request) -> None:
    """A browser says where a request comes from; one from another site is refused, logging in included."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed(ELSEWHERE, code="csrf")
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise NotAllowed(ELSEWHERE, code="csrf")


async def form_of(request: Request) -> FormData:
    """The fields of a form; nothing long is read into memory."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise InvalidInput("内容太大", code="too_large")
    return await request.form()


async def fields(request: Request, *names: str) -> list[str]:
    """These fields of a form as text; a missing one is empty."""
    form = await form_of(request)
    return [value if isinstance(value := form.get(name, ""), str) else "" for name in names]


def remember(request: Request, response: Response, token: str, public_url: str) -> None:
    """Over HTTPS only, where the desk is served so: behind a proxy the public address says it."""
    encrypted = request.url.scheme == "https" or public_url.startswith("https:")
    response.set_cookie(COOKIE, token, path="/desk", httponly=True, samesite="strict", secure=encrypted)


def forget(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/desk", httponly=True, samesite="strict")
