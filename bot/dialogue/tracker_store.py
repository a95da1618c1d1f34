"""The tracker store: one small row a conversation, and the replies of every answered message.

Context over several turns lives in slots and in the open form, not in history, so a row holds just those: turn 500
costs what turn 5 costs. Tracker and replies are written in one transaction with a compare-and-set on the version, so
two servers cannot both save, and a message that was answered is never run again.
"""

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

CONNECTIONS = 8
METADATA = sa.MetaData()
TRACKERS = sa.Table(
    "dialogue_trackers",
    METADATA,
    sa.Column("conversation_id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("last_user_at", sa.Float, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)
TURNS = sa.Table(
    "dialogue_turns",
    METADATA,
    sa.Column("message_id", sa.String, primary_key=True),
    sa.Column("conversation_id", sa.String, nullable=False, index=True),
    sa.Column("replies", sa.Text, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
)

MINE = sa.bindparam("conversation")
# Built once: they run in every turn.
REPLIES = sa.select(TURNS.c.replies).where(
    TURNS.c.message_id == sa.bindparam("message"), TURNS.c.conversation_id == MINE
)
STATE = sa.select(TRACKERS).where(TRACKERS.c.conversation_id == MINE)
SAVE = TRACKERS.update().where(TRACKERS.c.conversation_id == MINE, TRACKERS.c.version == sa.bindparam("before"))
ANSWERED = TURNS.insert()


class Overtaken(Exception):
    """Another server has saved this conversation meanwhile: the turn counts for nothing and may be asked again."""


class CompactTrackerStore(TrackerStore):
    """The database is asked in threads of its own: one that is busy must not hold up other conversations."""

    def __init__(self, url: str, domain: Any = None, now: Callable[[], float] = time.time) -> None:
        super().__init__(domain)
        self._engine = _engine(url)
        self._now = now
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="trackers")
        _create_tables(self._engine)

    async def open_turn(
        self, message_id: str, conversation_id: str
    ) -> tuple[list[dict[str, Any]] | None, DialogueStateTracker]:
        """What this message was answered with, if it was, and the conversation as it stands; one look for both.

        A conversation that is new is not stored: a first turn that fails leaves nothing behind. Another conversation's
        answers are never given.
        """
        replies, row = await self._in_a_thread(self._look, message_id, conversation_id)
        tracker = self._tracker(conversation_id, row) or self.init_tracker(conversation_id)
        return (None if replies is None else json.loads(replies)), tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        _, row = await self._in_a_thread(self._look, "", sender_id)
        return self._tracker(sender_id, row)

    def _tracker(self, conversation_id: str, row: Any) -> DialogueStateTracker | None:
        if row is None:
            return None
        tracker = self.init_tracker(conversation_id)
        expired = self._now() - row.last_user_at > self.domain.session_config.session_expiration_time * 60
        tracker.update_with_events([] if expired else _events(json.loads(row.state)), self.domain)
        tracker.stored_version = row.version
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        raise NotImplementedError("a tracker is saved with the replies of its turn: save_turn")

    async def save_turn(self, tracker: DialogueStateTracker, message_id: str, replies: list[dict[str, Any]]) -> None:
        version, at = getattr(tracker, "stored_version", 0), self._now()
        row = {"version": version + 1, "last_user_at": at, "state": json.dumps(_state(tracker))}
        turn = {"message_id": message_id, "conversation_id": tracker.sender_id, "created_at": at}
        await self._in_a_thread(self._write, version, row, {**turn, "replies": json.dumps(replies)})

    def delete(self, conversation_id: str) -> None:
        """Forgets a conversation: its state and all its answers."""
        with self._engine.begin() as connection:
            for table in (TRACKERS, TURNS):
                connection.execute(table.delete().where(table.c.conversation_id == conversation_id))

    def _look(self, message_id: str, conversation_id: str) -> Any:
        mine = {"conversation": conversation_id}
        with self._engine.connect() as connection:
            replies = connection.execute(REPLIES, {**mine, "message": message_id}).scalar()
            return replies, connection.execute(STATE, mine).first()

    def _write(self, version: int, row: dict[str, Any], turn: dict[str, Any]) -> None:
        writing = self._engine.execution_options(lamplighter_writes=True)
        with writing.begin() as connection:
            if version == 0:
                _insert_first(connection, turn["conversation_id"], row)
            else:
                _update(connection, turn["conversation_id"], version, row)
            connection.execute(ANSWERED, turn)

    async def _in_a_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
    return {"slots": slots, "form": tracker.active_loop_name}


def _events(state: dict[str, Any]) -> list[Event]:
    """The shortest history that stands for this state: the session, its slots, the open form, listening."""
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(name, value) for name, value in state["slots"].items()]
    if state["form"]:
        events += [ActionExecuted(state["form"]), ActiveLoop(state["form"])]
        events += [SlotSet(name, value) for name, value in state["slots"].items() if name == "requested_slot"]
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


def _insert_first(connection: Any, conversation_id: str, row: dict[str, Any]) -> None:
    try:
        connection.execute(TRACKERS.insert().values(conversation_id=conversation_id, **row))
    except sa.exc.IntegrityError as error:
        raise Overtaken(conversation_id) from error


def _update(connection: Any, conversation_id: str, version: int, row: dict[str, Any]) -> None:
    mine = {"conversation": conversation_id, "before": version}
    if connection.execute(SAVE, {**row, **mine}).rowcount != 1:
        raise Overtaken(conversation_id)


def _create_tables(engine: Any) -> None:
    """Two servers that start together on an empty database both try; the one that comes second finds them there."""
    try:
        with engine.execution_options(lamplighter_writes=True).begin() as connection:
            METADATA.create_all(connection)
    except sa.exc.DBAPIError:
        if not all(sa.inspect(engine).has_table(name) for name in METADATA.tables):
            raise


def _engine(url: str) -> Any:
    common = {"hide_parameters": True, "poolclass": sa.pool.QueuePool, "pool_size": CONNECTIONS, "max_overflow": 0}
    if not url.startswith("sqlite"):
        psycopg2 = url.replace("postgresql+psycopg:", "postgresql+psycopg2:")
        return sa.create_engine(psycopg2, pool_pre_ping=True, **common)
    engine = sa.create_engine(url, connect_args={"timeout": 15, "check_same_thread": False}, **common)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """A writer takes its turn at the beginning, where it can wait; later it could only fail."""
    writes = connection.get_execution_options().get("lamplighter_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
