"""A conversation room with a fake dialogue and a fake hazard desk: small real classes with the same interface."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.clock import FixedClock, new_id
from bot.conversations.addresses import Addresses
from bot.conversations.guard import HazardGuard
from bot.conversations.handling import Handler, Handling
from bot.conversations.intake import InboundMessage, Intake
from bot.conversations.outbox import Outbox
from bot.conversations.service import Conversations
from bot.conversations.thread import Thread
from bot.conversations.timeouts import Timeouts
from bot.conversations.turns import OwedTurn, Turns
from bot.conversations.worker import TurnWorker
from bot.language import HazardAssessment
from bot.replies.cards import Card, Option
from bot.replies.cards.talk import Clarify, Greet, Thank
from bot.replies.render import Renderer
from bot.storage.engine import Database
from bot.supplier import OnDuty, always, load_supplier


class FakeHazardDesk:
    """Keeps what was reported, by message id; `broken` makes the next reports fail."""

    def __init__(self) -> None:
        self.reported: dict[str, str] = {}
        self.broken = False

    def report(self, conversation_id: str, message_id: str, text: str, assessment: HazardAssessment) -> Card:
        if self.broken:
            raise RuntimeError("desk down")
        self.reported[message_id] = conversation_id
        return Thank()


class FakeDialogue:
    """Answers what it is told to; an exception in `answers` is raised. Remembers the message ids it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: list[list[Card] | Exception] = []
        self.gate: asyncio.Event | None = None

    async def turn(self, owed: OwedTurn) -> list[Card]:
        self.asked.append(owed.message_id)
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else [Thank()]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ready(self) -> bool:
        return True


ANNA, BEN = Handler("anna", "安娜"), Handler("ben", "本")


@dataclass
class Room:
    """Everything a test of conversations touches."""

    db: Database
    clock: FixedClock
    thread: Thread
    turns: Turns
    guard: HazardGuard
    desk: FakeHazardDesk
    dialogue: FakeDialogue
    conversations: Conversations
    handling: Handling
    timeouts: Timeouts
    changed: list[str] = field(default_factory=list)

    def start(self) -> str:
        greeting = Greet(
            options=[Option(title="查电费", intent="check_bill"), Option(title="转人工", intent="request_human")]
        )
        return self.conversations.start("web", greeting, address_hash="a", per_minute=60)

    def say(self, conversation_id: str, text: str, client_id: str | None = None) -> int:
        return self.conversations.receive(InboundMessage(conversation_id, text=text, client_id=client_id)).seq

    def held(self, agent: Handler = ANNA) -> str:
        """A conversation this agent has claimed."""
        conversation = self.start()
        self.conversations.request_human(conversation, reason="asked_for")
        self.handling.claim(conversation, agent)
        return conversation

    def state(self, conversation_id: str) -> str:
        return self.conversations.view(conversation_id, 0).state

    def newest(self, conversation_id: str) -> int:
        return self.conversations.newest(conversation_id)

    def kinds(self, conversation_id: str, after: int = 0) -> list[str]:
        """What kinds of cards were said after a number."""
        messages = self.conversations.view(conversation_id, after).messages
        return [m.card["kind"] for m in messages if m.card is not None]

    def texts(self, conversation_id: str) -> list[tuple[str, str]]:
        return [(m.author, m.text) for m in self.conversations.view(conversation_id, 0).messages]

    def worker(self) -> TurnWorker:
        return TurnWorker(
            self.turns,
            self.guard,
            self.dialogue,
            self.clock,
            self.changed.append,
            side_by_side=4,
            delayed_after=10,
            unavailable_after=300,
        )

    def serve(self, *conversation_ids: str) -> None:
        """Lets a worker serve these conversations until nothing of theirs is due."""

        async def run() -> None:
            worker = self.worker()
            for conversation_id in conversation_ids:
                worker.wake(conversation_id)
            while worker._running:
                await asyncio.sleep(0)

        asyncio.run(run())


def make_room(
    db: Database, clock: FixedClock, *, worker: str = "w1", per_minute: int = 1000, duty: OnDuty = always
) -> Room:
    thread = Thread(clock, new_id, Renderer(load_supplier, clock), Outbox(db, clock, new_id))
    turns = Turns(db, clock, thread, worker, 90, duty)
    desk = FakeHazardDesk()
    guard = HazardGuard(db, clock, thread, turns, desk)
    intake = Intake(db, clock, thread, Addresses(clock, new_id), per_minute)
    conversations = Conversations(db, clock, new_id, thread, intake, guard, duty)
    handling = Handling(db, clock, thread, turns, duty)
    timeouts = Timeouts(db, clock, thread, handling, 30, duty)
    return Room(db, clock, thread, turns, guard, desk, FakeDialogue(), conversations, handling, timeouts)


@pytest.fixture
def room(any_db: Database, clock: FixedClock) -> Room:
    return make_room(any_db, clock)


__all__ = ["ANNA", "BEN", "Clarify", "Room", "make_room"]
