"""What the nightly audit has found and nobody has settled yet, for whoever sees to it before a bill goes out."""

from anyio import to_thread
from fastapi import APIRouter, Response

from bot.desk.guard import Guard
from bot.desk.pages import Pages
from bot.desk.parts import Parts
from bot.fieldwork import TroubleTicket
from bot.staff import Person

SOURCE = "audit"
SHOWN = 200


def router(parts: Parts, guard: Guard, pages: Pages) -> APIRouter:
    routes = APIRouter(prefix="/work-items")
    seeing_to_it = guard.needs("work_items")

    def waiting(person: Person) -> list[TroubleTicket]:
        """Every account shown is noted as read before it is."""
        tickets = parts.fieldwork.open_of_source(SOURCE)
        told = {ticket.account_no for ticket in tickets[:SHOWN] if ticket.account_no}
        parts.staff.audit.read(person.id, "read_work_items", SOURCE, "desk", told)
        return tickets

    @routes.get("")
    async def show(person: Person = seeing_to_it) -> Response:
        tickets = await to_thread.run_sync(waiting, person)
        due = {ticket.no: parts.fieldwork.first_due(ticket) for ticket in tickets[:SHOWN]}
        return pages.page("work_items", person, tickets=tickets[:SHOWN], count=len(tickets), due=due)

    return routes
