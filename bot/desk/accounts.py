"""A customer's account at the desk: who may know it, and changing that on papers a person has seen."""

import hashlib
import secrets
from datetime import date
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import FormData

from bot.desk.guard import Guard, form_of
from bot.desk.opening import NO_REASON, REASONS, Ground, Opening
from bot.desk.pages import Pages, go
from bot.desk.parts import Parts
from bot.errors import Conflict, InvalidInput
from bot.identity.changes import DOCUMENTS, Papers, StaffAct
from bot.identity.consents import Guest
from bot.identity.grants import ROLES, SCOPES
from bot.identity.office import CONTACT_ROLES, PhoneChange
from bot.staff import Person

PREFIX = "/desk/accounts"
SHAPE = "请求不合格式,请刷新页面再试"
CHOICES: dict[str, Any] = {
    "documents": DOCUMENTS,
    "roles": tuple(ROLES),
    "scopes": SCOPES,
    "contact_roles": CONTACT_ROLES,
}


def _ground(why: str = Query("", max_length=16), c: str = Query("", max_length=64)) -> Ground:
    return Ground(why, c)


GROUND: Any = Depends(_ground)


def router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    """Looking: the search, and one account."""
    routes = APIRouter(prefix="/accounts")
    opening = Opening(parts)
    allowed = guard.needs("customers")

    def asking(person: Person, ground: Ground, typed: str = "", message: str = "", done: str = "") -> Response:
        status = 422 if message and not done else 200
        fields = {"ground": ground, "typed": typed, "message": message, "done": done}
        return pages.page("accounts", person, status, reasons=REASONS, **fields)

    @routes.get("")
    async def search(c: str = Query("", max_length=64), person: Person = allowed) -> Response:
        return asking(person, Ground("", c))

    @routes.post("")
    async def find(request: Request, person: Person = allowed) -> Response:
        form = await form_of(request)
        typed, ground = _text(form, "number"), Ground(_text(form, "why"), _text(form, "c"))
        try:
            account_no = await to_thread.run_sync(opening.find, person, typed, ground)
        except InvalidInput as error:
            return asking(person, ground, typed, error.message)
        return go(request, f"{PREFIX}/{account_no}?{ground.query}")

    @routes.get("/{account_no}")
    async def show(
        account_no: str, done: str = Query("", max_length=32), ground: Ground = GROUND, person: Person = allowed
    ) -> Response:
        try:
            reach = await to_thread.run_sync(opening.open, person, account_no, ground)
        except InvalidInput as error:
            if error.code != NO_REASON:
                raise
            return asking(person, ground, account_no, error.message, done)
        everybody = await to_thread.run_sync(parts.staff.people.all)
        names = {f"staff:{member.id}": member.name for member in everybody}
        return pages.page(
            "account",
            person,
            reach=reach,
            ground=ground,
            done=done,
            names=names,
            key=secrets.token_hex(8),
            elsewhere=parts.phones_elsewhere,
            **CHOICES,
        )

    return routes


def acts_router(parts: Parts, guard: Guard) -> APIRouter:
    """Doing: each act says which change was the last its person had seen."""
    routes = APIRouter(prefix="/accounts/{account_no}")
    opening, identity = Opening(parts), parts.identity
    allowed = guard.needs("customers")

    async def acting(request: Request, account_no: str, ground: Ground, person: Person) -> tuple[FormData, StaffAct]:
        """The form, and whose act it is; refused without the ground on which the account was opened."""
        form = await form_of(request)
        await to_thread.run_sync(opening.purpose, person, account_no, ground)
        return form, _act(form, person)

    def back(request: Request, account_no: str, ground: Ground, done: str) -> Response:
        return go(request, f"{PREFIX}/{account_no}?{ground.query}&done={done}")

    @routes.post("/phone")
    async def phone(request: Request, account_no: str, ground: Ground = GROUND, person: Person = allowed) -> Response:
        form, act = await acting(request, account_no, ground, person)
        if parts.phones_elsewhere:
            raise Conflict("登记手机以供电公司的营销系统为准,请在那里更改", code="phones_elsewhere")
        await to_thread.run_sync(identity.office.change_phone, _phone_change(account_no, form), act)
        return back(request, account_no, ground, "phone_changed")

    @routes.post("/consents")
    async def let_in(request: Request, account_no: str, ground: Ground = GROUND, person: Person = allowed) -> Response:
        form, act = await acting(request, account_no, ground, person)
        await to_thread.run_sync(identity.consents.let_in_at_desk, account_no, _guest(form), _papers(form), act)
        return back(request, account_no, ground, "consent_given")

    @routes.post("/consents/{consent_id}/end")
    async def end(
        request: Request, account_no: str, consent_id: int, ground: Ground = GROUND, person: Person = allowed
    ) -> Response:
        _, act = await acting(request, account_no, ground, person)
        await to_thread.run_sync(identity.consents.end_at_desk, account_no, consent_id, act)
        return back(request, account_no, ground, "consent_ended")

    @routes.post("/unbind")
    async def unbind(request: Request, account_no: str, ground: Ground = GROUND, person: Person = allowed) -> Response:
        """The bindings named by their keys: one of them, or all that the page showed."""
        form, act = await acting(request, account_no, ground, person)
        reach = await to_thread.run_sync(identity.reach, account_no)
        named = set(form.getlist("key_of"))
        addresses = [(bound.channel, bound.address) for bound in reach.bindings if bound.key in named]
        await to_thread.run_sync(identity.bindings.unbind_at_desk, account_no, addresses, act)
        return back(request, account_no, ground, "unbound")

    return routes


def _act(form: FormData, person: Person) -> StaffAct:
    key, seen = _text(form, "key"), _text(form, "seen")
    if not (key.isalnum() and len(key) <= 32 and seen.isdecimal() and len(seen) <= 9):
        raise InvalidInput(SHAPE, code="shape")
    return StaffAct(person.id, f"desk:{person.id}:{key}:{_digest(form)}", int(seen))


def _digest(form: FormData) -> str:
    """The same form sent twice is one request; a form gone back to and filled in otherwise is another."""
    return hashlib.sha256(repr(sorted((n, str(v)) for n, v in form.multi_items())).encode()).hexdigest()[:16]


def _phone_change(account_no: str, form: FormData) -> PhoneChange:
    if _text(form, "phone") != _text(form, "again"):
        raise InvalidInput("两次输入的手机号不一样", code="not_same")
    return PhoneChange(account_no, _text(form, "phone"), _text(form, "name"), _text(form, "role"), _papers(form))


def _guest(form: FormData) -> Guest:
    return Guest(
        phone=_text(form, "phone"),
        role=_text(form, "role"),
        name=_text(form, "name"),
        scope=tuple(str(value) for value in form.getlist("scope")),
        starts_on=_day(_text(form, "starts_on")),
        ends_on=_day(_text(form, "ends_on")),
    )


def _papers(form: FormData) -> Papers:
    if not _text(form, "checked"):
        raise InvalidInput("请先核对证件原件,再勾选“已核对”", code="not_checked")
    return Papers(tuple(str(value) for value in form.getlist("documents")), _text(form, "note"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput("日期请写成 2026-12-31 这样", code="no_date") from error


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
