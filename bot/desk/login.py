"""Logging in and out, and the one-time link at which a new person sets their password."""

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response

from bot.desk.guard import Guard, fields, forget, refuse_elsewhere, remember
from bot.desk.pages import LOGIN, Pages, go
from bot.desk.parts import Parts
from bot.errors import InvalidInput, NotAllowed, RateLimited
from bot.staff import Person

HASHES_AT_ONCE = 2  # each takes 64 MB for a tenth of a second


def router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    routes = APIRouter()
    door = parts.staff.door
    mine = guard.needs("self")
    hashing = CapacityLimiter(HASHES_AT_ONCE)

    @routes.get("/login")
    async def login_page(request: Request) -> Response:
        if await guard.person_of(request):
            return go(request, "/desk/")
        return pages.page("login", None, message="", login="")

    @routes.post("/login")
    async def log_in(request: Request) -> Response:
        refuse_elsewhere(request)
        login, password, code = await fields(request, "login", "password", "code")
        address = request.client.host if request.client else ""
        try:
            token = await to_thread.run_sync(door.log_in, login, password, code, address, limiter=hashing)
        except (NotAllowed, RateLimited) as error:
            status = 429 if isinstance(error, RateLimited) else 401
            return pages.page("login", None, status, message=error.message, login=login)
        response = go(request, "/desk/")
        remember(request, response, token, parts.public_url)
        return response

    @routes.post("/logout")
    async def log_out(request: Request, person: Person = mine) -> Response:
        await to_thread.run_sync(door.log_out, person)
        response = go(request, LOGIN)
        forget(response)
        return response

    return routes


def welcome_router(parts: Parts, pages: Pages) -> APIRouter:
    """The link itself is the proof: looking at it changes nothing, using it works once."""
    routes = APIRouter(prefix="/welcome")
    people = parts.staff.people
    hashing = CapacityLimiter(HASHES_AT_ONCE)

    @routes.get("/{token}")
    async def welcome_page(token: str) -> Response:
        member = await to_thread.run_sync(people.link_holder, token)
        return pages.page("welcome", None, member=member, message="")

    @routes.post("/{token}")
    async def welcome(request: Request, token: str) -> Response:
        refuse_elsewhere(request)
        password, again = await fields(request, "password", "again")
        member = await to_thread.run_sync(people.link_holder, token)
        try:
            if password != again:
                raise InvalidInput("两次输入的密码不一样", code="not_same")
            await to_thread.run_sync(people.set_password, token, password, limiter=hashing)
        except InvalidInput as error:
            return pages.page("welcome", None, 422, member=member, message=error.message)
        response = go(request, LOGIN)
        forget(response)
        return response

    return routes
