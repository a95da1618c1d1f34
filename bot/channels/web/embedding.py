"""The chat inside a supplier's own site: which origins may frame the page, and the script they put into theirs."""

import re
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from bot.errors import ConfigurationError

STATIC = Path(__file__).parent / "static"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
UNCHANGED_FOR = {"Cache-Control": "public, max-age=300"}


def origins(setting: str) -> tuple[str, ...]:
    """The origins of a comma-separated setting, as in `https://a.cn, https://b.cn`. Else ConfigurationError."""
    wanted = tuple(origin.strip().rstrip("/") for origin in setting.split(",") if origin.strip())
    for origin in wanted:
        if not ORIGIN.fullmatch(origin):
            raise ConfigurationError(f"LAMPLIGHTER_EMBED_ORIGINS: {origin} 不是网站地址,应像 https://www.example.cn")
    return wanted


def frame_ancestors(allowed: tuple[str, ...]) -> str:
    return " ".join(("frame-ancestors 'self'", *allowed))


def router(allowed: tuple[str, ...], content_policy: str) -> APIRouter:
    """The page, which only the allowed origins may frame, and the script, which anybody may load."""
    pages = APIRouter(prefix="/chat")
    policy = content_policy.replace("frame-ancestors 'self'", frame_ancestors(allowed))

    @pages.get("/")
    async def page() -> FileResponse:
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": policy}
        return FileResponse(STATIC / "index.html", headers=headers)

    @pages.get("/embed.js")
    async def script() -> Response:
        return FileResponse(STATIC / "embed.js", media_type="text/javascript", headers=UNCHANGED_FOR)

    return pages
