"""The gateway: the only public server. Channels in, answers out, the worker that asks the dialogue, and the jobs."""

import bot.quiet  # noqa: F401  # isort: skip  (before anything that reads Chinese words)

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot import outside
from bot.bootstrap import House, build
from bot.channels.changes import Changes
from bot.channels.inbox import Inbox
from bot.channels.web import api, attachments, attendance, charts, embedding, policies, promises
from bot.channels.web.greeting import greeting
from bot.channels.web.session import WebSessions
from bot.clock import Clock
from bot.conversations.board import Board
from bot.conversations.dialogue import HttpDialogue
from bot.conversations.tables import CHANGED
from bot.conversations.worker import TurnWorker
from bot.desk import pages as desk_pages
from bot.desk import routes as desk
from bot.desk.parts import Parts
from bot.errors import InvalidInput, LamplighterError
from bot.headers import SECURITY_HEADERS, SecurityHeaders
from bot.health import actions_ready, can_store
from bot.jobs import Jobs
from bot.logs import configure_logs
from bot.secrets import installation_secret
from bot.settings import load_settings
from bot.storage.notify import listen

log = structlog.get_logger()
STATIC = Path(__file__).parent / "channels" / "web" / "static"
THREADS = 4  # that ask the database; more of them only wait for one another


class Gateway:
    """The parts of this process that live as long as it does."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        self.house = house
        self.changes = Changes()
        self.dialogue = HttpDialogue(settings.dialogue_url, settings.private_key, settings.turn_timeout_seconds)
        self.worker = TurnWorker(
            house.turns,
            house.guard,
            self.dialogue,
            house.clock,
            self.changes.tell,
            side_by_side=settings.turn_workers,
            delayed_after=settings.delayed_after_seconds,
            unavailable_after=settings.unavailable_after_seconds,
        )
        self.inbox = Inbox(house.conversations, self.changes, self.worker.wake)
        self.jobs = Jobs(house, self.changes.tell, self.inbox.arrived)

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        jobs_here = self.jobs.all() if self.house.settings.gateway_jobs else []
        work = [self.worker.run(), *self._listening(), *jobs_here]
        jobs = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            await self.worker.stop()
            await self.dialogue.aclose()

    def _listening(self) -> list[Coroutine[None, None, None]]:
        """What other gateways on the same database have changed; on SQLite the streams find it by asking."""
        if self.house.db.is_sqlite:
            return []
        return [listen(self.house.db.url, CHANGED, self.changes.tell)]

    async def missing(self) -> list[str]:
        """What still keeps a customer from getting an answer."""
        checks = {
            "database": await to_thread.run_sync(can_store, self.house.db),
            "dialogue": await self.dialogue.ready(),
            "actions": await actions_ready(self.house.settings),
        }
        return [name for name, fine in checks.items() if not fine]


def create_app(house: House) -> FastAPI:
    gateway = Gateway(house)
    settings = house.settings
    app = FastAPI(title="Lamplighter", lifespan=gateway.lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    framing = embedding.origins(settings.embed_origins)
    sessions = WebSessions(installation_secret(settings), framed=bool(framing))
    app.include_router(
        api.router(
            house.conversations,
            sessions,
            gateway.changes,
            gateway.worker.wake,
            greeting,
            settings.sessions_per_minute * settings.limit_factor,
        )
    )
    app.include_router(attendance.router(house.conversations, house.duty, house.clock, framing))
    app.include_router(attachments.router(house.pictures, sessions, gateway.changes))
    app.include_router(charts.router(house.identity, house.billing, sessions))
    app.include_router(embedding.router(framing, SECURITY_HEADERS["Content-Security-Policy"]))
    app.include_router(policies.router(house.knowledge, house.supplier_files.supplier))
    app.include_router(promises.router(house.service_levels, house.supplier_files.supplier))
    desk.mount(app, _desk_parts(gateway))
    outside.mount(app, house, gateway.inbox, gateway.changes)
    _health_routes(app, gateway)
    _page_routes(app)
    _error_handlers(app, house.clock)
    app.add_middleware(SecurityHeaders)
    if settings.trusted_proxy_list:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxy_list)
    return app


def _desk_parts(gateway: Gateway) -> Parts:
    house = gateway.house
    return Parts(
        staff=house.staff,
        conversations=house.conversations,
        handling=house.handling,
        board=Board(house.db),
        identity=house.identity,
        billing=house.billing,
        fieldwork=house.fieldwork,
        supplier=house.supplier_files.supplier,
        clock=house.clock,
        changes=gateway.changes,
        wake=gateway.worker.wake,
        public_url=house.settings.public_url.rstrip("/"),
        phones_elsewhere=house.supplier_service is not None,
        duty=house.duty,
    )


def _health_routes(app: FastAPI, gateway: Gateway) -> None:
    @app.get("/health")
    async def health() -> JSONResponse:
        missing = await gateway.missing()
        body = {"status": "unavailable", "missing": missing} if missing else {"status": "ok", "missing": []}
        return JSONResponse(body, 503 if missing else 200)

    @app.get("/health/live")
    async def live() -> JSONResponse:
        fine = await to_thread.run_sync(can_store, gateway.house.db)
        return JSONResponse({"status": "ok" if fine else "unavailable"}, 200 if fine else 503)


def _page_routes(app: FastAPI) -> None:
    @app.get("/")
    async def root() -> RedirectResponse:
        return RedirectResponse("/chat/")

    app.mount("/chat/static", StaticFiles(directory=STATIC))


def _error_handlers(app: FastAPI, clock: Clock) -> None:
    @app.exception_handler(LamplighterError)
    async def ours(request: Request, error: LamplighterError) -> Response:
        if request.url.path.startswith(desk.PREFIX):
            return desk_pages.refusal(request, error, clock)
        return api.error_response(error)

    @app.exception_handler(RequestValidationError)
    async def shape(_request: Request, _error: RequestValidationError) -> JSONResponse:
        return api.error_response(InvalidInput("请求不合格式", code="shape"))

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:
        message = {404: "没有这个页面", 405: "不支持这个操作"}.get(error.status_code, "请求不能处理")
        return JSONResponse({"error": {"code": "http", "message": message}}, error.status_code)

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, error: Exception) -> JSONResponse:
        log.error("request_failed", error=type(error).__name__)
        body = {"error": {"code": "internal", "message": "系统出了点问题,请稍后再试,或拨打 95598。"}}
        return JSONResponse(body, 500)


def main() -> None:
    configure_logs()
    settings = load_settings()
    uvicorn.run(
        create_app(build(settings)),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        ws="none",
        server_header=False,
        proxy_headers=False,
    )
    os._exit(0)  # a thread that still waits for the database must not keep a stopped gateway alive


if __name__ == "__main__":
    main()
