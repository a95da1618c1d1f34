"""The queue in figures, for a program with a key (a board on the wall). No customer's words."""

from anyio import to_thread
from fastapi import APIRouter, Request

from bot.desk.guard import Guard
from bot.desk.parts import Parts


def router(parts: Parts, guard: Guard) -> APIRouter:
    routes = APIRouter(prefix="/api")

    @routes.get("/queue")
    async def queue(request: Request) -> dict[str, int]:
        await guard.key_of(request, "queue:read")
        waiting = await to_thread.run_sync(parts.board.waiting)
        present = await to_thread.run_sync(parts.staff.door.present)
        longest = (parts.clock.now() - waiting.longest_since).total_seconds() if waiting.longest_since else 0
        return {
            "waiting": waiting.count,
            "danger": waiting.danger,
            "longest_seconds": int(longest),
            "present": len(present),
        }

    return routes
