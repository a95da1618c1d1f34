"""A policy's own page: readable, linkable, printable."""

from collections.abc import Callable
from pathlib import Path

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.errors import NotFound
from bot.knowledge import Knowledge
from bot.supplier import Supplier

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
)
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def router(knowledge: Knowledge, supplier: Callable[[], Supplier]) -> APIRouter:
    pages = APIRouter()

    @pages.get("/policies/{policy_id}")
    async def policy(policy_id: str) -> HTMLResponse:
        found = await to_thread.run_sync(knowledge.policy_by_id, policy_id)
        if found is None:
            raise NotFound("没有这条政策,可能已经更名或撤下")
        body = Markup(MARKDOWN.render(found.body))
        page = PAGES.get_template("policy.html.j2").render(policy=found, body=body, supplier=supplier())
        return HTMLResponse(page)

    return pages
