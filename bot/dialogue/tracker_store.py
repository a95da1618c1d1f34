"""The tracker store: one small row a conversation, and the replies of every answered message.

Context over several turns lives in slots and in the open form, not in history, so a row holds just those: turn 500
costs what turn 5 costs. Tracker and replies are written in one transaction with a compare-and-set on the version, so
two servers cannot both save, and a message that was answered is never run again.
"""

import json
import time
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

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


class Overtaken(Exception):
    """Another server has saved this conversation meanwhile: the turn counts for nothing and may be asked again."""


class CompactTrackerStore(TrackerStore):
    def __init__(self, url: str, domain: Any = None) -> None:
        super().__init__(domain)
        self._engine = _engine(url)
        METADATA.create_all(self._engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(TRACKERS).where(TRACKERS.c.conversation_id == sender_id)).first()
        if row is None:
            return None
        tracker = self.init_tracker(sender_id)
        expired = time.time() - row.last_user_at > self.domain.session_config.session_expiration_time * 60
        tracker.update_with_events([] if expired else _events(json.loads(row.state)), self.domain)
        tracker.stored_version = row.version
        return tracker

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new tracker, not stored: a first turn that fails leaves nothing behind."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        raise NotImplementedError("a tracker is saved with the replies of its turn: save_turn")

    async def save_turn(self, tracker: DialogueStateTracker, message_id: str, replies: list[dict[str, Any]]) -> None:
        version = getattr(tracker, "stored_version", 0)
        row = {"version": version + 1, "last_user_at": time.time(), "state": json.dumps(_state(tracker))}
        turn = {"message_id": message_id, "conversation_id": tracker.sender_id, "created_at": time.time()}
        with self._engine.begin() as connection:
            if version == 0:
                _insert_first(connection, tracker.sender_id, row)
            else:
                _update(connection, tracker.sender_id, version, row)
            connection.execute(TURNS.insert().values(replies=json.dumps(replies), **turn))

    async def replies(self, message_id: str) -> list[dict[str, Any]] | None:
        """What this message was answered with, if it was."""
        with self._engine.connect() as connection:
            stored = connection.execute(sa.select(TURNS.c.replies).where(TURNS.c.message_id == message_id)).scalar()
        return None if stored is None else json.loads(stored)

    def delete(self, conversation_id: str) -> None:
        with self._engine.begin() as connection:
            for table in (TRACKERS, TURNS):
                connection.execute(table.delete().where(table.c.conversation_id == conversation_id))


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
    mine = (TRACKERS.c.conversation_id == conversation_id) & (TRACKERS.c.version == version)
    if connection.execute(TRACKERS.update().where(mine).values(**row)).rowcount != 1:
        raise Overtaken(conversation_id)


def _engine(url: str) -> Any:
    if not url.startswith("sqlite"):
        return sa.create_engine(url.replace("postgresql+psycopg:", "postgresql+psycopg2:"), pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": 15, "check_same_thread": False}, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")
