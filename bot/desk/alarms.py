"""The red banner: danger nobody has looked at yet."""

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from bot.desk.guard import Guard
from bot.desk.pages import Pages, from_htmx, go
from bot.desk.parts import Parts
from bot.language import load_safety
from bot.staff import Person


def router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    routes = APIRouter(prefix="/alarms")
    watching = guard.needs("alarms")

    async def banner(person: Person) -> Response:
        alarms = await to_thread.run_sync(parts.fieldwork.unseen_alarms)
        titles = {kind: text.title for kind, text in load_safety().items()}
        return pages.page("alarms", person, alarms=alarms, titles=titles)

    @routes.get("")
    async def show(person: Person = watching) -> Response:
        return await banner(person)

    @routes.post("/{message_id}/seen")
    async def seen(request: Request, message_id: str, person: Person = watching) -> Response:
        await to_thread.run_sync(parts.fieldwork.see_alarm, message_id, person.id)
        parts.changes.tell(message_id.partition(":")[0])
        return await banner(person) if from_htmx(request) else go(request, "/desk/")

    return routes
