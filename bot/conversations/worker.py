"""Asks the dialogue for every owed turn: one at a time in a conversation, many conversations side by side."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog
from anyio import to_thread

from bot.clock import Clock
from bot.conversations.dialogue import Dialogue
from bot.conversations.guard import HazardGuard
from bot.conversations.turns import OwedTurn, Turns
from bot.errors import LamplighterError
from bot.replies.cards import Card

log = structlog.get_logger()
POLL_SECONDS = 1.0
T = TypeVar("T")


class TurnWorker:
    """`wake` answers at once; the poll finds what is due again and what a killed process left behind.

    `changed` is told the conversation after each change, so that open streams look again.
    """

    def __init__(
        self,
        turns: Turns,
        guard: HazardGuard,
        dialogue: Dialogue,
        clock: Clock,
        changed: Callable[[str], None],
        *,
        side_by_side: int,
        delayed_after: float,
        unavailable_after: float,
    ) -> None:
        self._turns = turns
        self._guard = guard
        self._dialogue = dialogue
        self._clock = clock
        self._changed = changed
        self._slots = asyncio.Semaphore(side_by_side)
        self._delayed_after = delayed_after
        self._unavailable_after = unavailable_after
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, conversation_id: str) -> None:
        """Serves this conversation now, or once more when it is being served already."""
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._serve(conversation_id))
        self._running[conversation_id] = task
        task.add_done_callback(lambda _: self._finished(conversation_id))

    async def run(self) -> None:
        """Polls until cancelled, and keeps the leases of what is being asked."""
        while True:
            try:
                if self._running:
                    await to_thread.run_sync(self._turns.renew)
                await to_thread.run_sync(self._guard.catch_up, _log_failure)
                for conversation_id in await to_thread.run_sync(self._turns.due):
                    self.wake(conversation_id)
            except Exception as error:
                _log_failure(error)
            await asyncio.sleep(POLL_SECONDS)

    async def stop(self) -> None:
        """Lets go of what is being asked: it stays owed and is asked again by whoever runs next."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _finished(self, conversation_id: str) -> None:
        self._running.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.wake(conversation_id)

    async def _serve(self, conversation_id: str) -> None:
        async with self._slots:
            try:
                owed = await to_thread.run_sync(self._turns.take, conversation_id)
                while owed is not None:
                    owed = await self._one(owed)
            except Exception as error:
                _log_failure(error)

    async def _one(self, owed: OwedTurn) -> OwedTurn | None:
        """One turn: answered, put off, or handed to a person. Returns the conversation's next turn, if any."""
        try:
            cards = await self._ask(owed)
        except LamplighterError as error:
            await self._could_not(owed, error)
            return None
        return await self._store(owed, self._turns.settle, owed, cards)

    async def _ask(self, owed: OwedTurn) -> list[Card]:
        """Asks, and tells the customer once if it takes longer. The request is not hung up for that."""
        asked = asyncio.create_task(self._dialogue.turn(owed))
        try:
            patience = self._delayed_after - self._waited(owed)
            done, _ = await asyncio.wait({asked}, timeout=max(patience, 0.05))
            if not done:
                await self._store(owed, self._turns.tell_delayed, owed)
            return await asked
        finally:
            asked.cancel()

    async def _could_not(self, owed: OwedTurn, error: LamplighterError) -> None:
        log.warning("turn_failed", message_id=owed.message_id, code=error.code, detail=error.detail)
        waited = self._waited(owed)
        if error.permanent:
            await self._store(owed, self._turns.hand_over, owed, "bot_failed")
        elif waited >= self._unavailable_after:
            await self._store(owed, self._turns.hand_over, owed, "bot_unavailable")
        else:
            if waited >= self._delayed_after:
                await self._store(owed, self._turns.tell_delayed, owed)
            await self._store(owed, self._turns.put_off, owed)

    async def _store(self, owed: OwedTurn, step: Callable[..., T], *args: object) -> T:
        result = await to_thread.run_sync(lambda: step(*args))
        self._changed(owed.conversation_id)
        return result

    def _waited(self, owed: OwedTurn) -> float:
        return (self._clock.now() - owed.received_at).total_seconds()


def _log_failure(error: Exception) -> None:
    log.error("turn_worker_failed", error=type(error).__name__, detail=getattr(error, "detail", ""))
