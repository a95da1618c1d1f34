"""The supplier's promises as a public page: kinds, steps, times and their nature, results, fees."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.channels.web.policies import PAGES
from bot.fieldwork import ServiceLevels, public_promises
from bot.supplier import Supplier


def router(levels: ServiceLevels, supplier: Callable[[], Supplier]) -> APIRouter:
    pages = APIRouter()
    promises = public_promises(levels)

    @pages.get("/promises")
    async def page() -> HTMLResponse:
        return HTMLResponse(PAGES.get_template("promises.html.j2").render(promises=promises, supplier=supplier()))

    return pages
