"""One's own account: password, authenticator app, ending one's sessions elsewhere."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from bot.desk.guard import Guard, fields
from bot.desk.pages import LOGIN, Pages, go
from bot.desk.parts import Parts
from bot.errors import InvalidInput
from bot.staff import Person, totp


def router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    routes = APIRouter(prefix="/me")
    people = parts.staff.people
    mine = guard.needs("self")

    @routes.get("")
    async def me(person: Person = mine) -> Response:
        return pages.page("me", person, message="", secret="", address="")

    @routes.post("/password")
    async def change_password(request: Request, person: Person = mine) -> Response:
        old, new, again = await fields(request, "old", "password", "again")
        try:
            if new != again:
                raise InvalidInput("两次输入的密码不一样", code="not_same")
            await to_thread.run_sync(people.change_password, person.id, old, new)
        except InvalidInput as error:
            return pages.page("me", person, 422, message=error.message, secret="", address="")
        return go(request, LOGIN)

    @routes.post("/sessions/end")
    async def end_sessions(request: Request, person: Person = mine) -> Response:
        await to_thread.run_sync(lambda: people.put_out(person.login, by=person.id))
        return go(request, LOGIN)

    @routes.post("/totp")
    async def new_totp(person: Person = mine) -> Response:
        secret = await to_thread.run_sync(people.new_totp, person.id)
        address = totp.address(secret, person.login)
        return pages.page("me", person, message="", secret=totp.shown(secret), address=address)

    @routes.post("/totp/confirm")
    async def confirm_totp(request: Request, person: Person = mine) -> Response:
        (code,) = await fields(request, "code")
        try:
            await to_thread.run_sync(people.confirm_totp, person.id, code)
        except InvalidInput as error:
            return pages.page("me", person, 422, message=error.message, secret="", address="")
        return go(request, "/desk/me")

    return routes
