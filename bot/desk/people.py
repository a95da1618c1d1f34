"""Accounts of colleagues, for administrators; and the trail of who read what."""

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from bot.desk.guard import Guard, fields
from bot.desk.pages import Pages, go
from bot.desk.parts import Parts
from bot.staff import ROLES, Person


def router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    routes = APIRouter(prefix="/people")
    people = parts.staff.people
    administrator = guard.needs("people")

    async def page(person: Person, link: str = "", whose: str = "") -> Response:
        everybody = await to_thread.run_sync(people.all)
        present = await to_thread.run_sync(parts.staff.door.present)
        return pages.page("people", person, people=everybody, present=present, roles=ROLES, link=link, whose=whose)

    def address(request: Request, token: str) -> str:
        return f"{parts.public_url or str(request.base_url).rstrip('/')}/desk/welcome/{token}"

    @routes.get("")
    async def show(person: Person = administrator) -> Response:
        return await page(person)

    @routes.post("")
    async def add(request: Request, person: Person = administrator) -> Response:
        login, role, name = await fields(request, "login", "role", "name")
        member = await to_thread.run_sync(lambda: people.add(login, role, name, by=person.id))
        token = await to_thread.run_sync(lambda: people.link(member.login, by=person.id))
        return await page(person, address(request, token), member.login)

    @routes.post("/{login}/link")
    async def link(request: Request, login: str, person: Person = administrator) -> Response:
        token = await to_thread.run_sync(lambda: people.link(login, by=person.id))
        return await page(person, address(request, token), login)

    @routes.post("/{login}/disable")
    async def disable(request: Request, login: str, person: Person = administrator) -> Response:
        await to_thread.run_sync(lambda: people.disable(login, by=person.id))
        return go(request, "/desk/people")

    @routes.post("/{login}/enable")
    async def enable(request: Request, login: str, person: Person = administrator) -> Response:
        await to_thread.run_sync(lambda: people.enable(login, by=person.id))
        return go(request, "/desk/people")

    @routes.post("/{login}/put-out")
    async def put_out(request: Request, login: str, person: Person = administrator) -> Response:
        await to_thread.run_sync(lambda: people.put_out(login, by=person.id))
        return go(request, "/desk/people")

    @routes.post("/{login}/totp-off")
    async def totp_off(request: Request, login: str, person: Person = administrator) -> Response:
        await to_thread.run_sync(lambda: people.totp_off(login, by=person.id))
        return go(request, "/desk/people")

    return routes


def trail_router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    routes = APIRouter()
    auditor = guard.needs("audit")

    @routes.get("/audit")
    async def trail(about: str = Query("", max_length=80), person: Person = auditor) -> Response:
        everybody = await to_thread.run_sync(parts.staff.people.all)
        names = {member.id: f"{member.name}({member.login})" for member in everybody}
        wanted = next((m.id for m in everybody if m.login == about.strip()), about.strip())
        entries = await to_thread.run_sync(parts.staff.audit.trail, wanted)
        return pages.page("audit", person, entries=entries, names=names, about=about)

    return routes
