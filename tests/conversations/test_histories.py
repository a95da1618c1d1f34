"""Random histories: customers write, agents claim, come and go, the bot answers or fails, time passes, in any order.

After every step there is one owner, whoever waits has a place, nothing a person was to read is lost, the bot has been
silent while an agent held the conversation, and time alone comes to rest.
"""

import tempfile
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.clock import LOCAL, FixedClock
from bot.conversations import ownership
from bot.conversations.tables import AGENT, ANSWERED, HANDED_OVER, QUEUED, WAITING, Conversation, Message, Turn
from bot.conversations.turns import OwedTurn
from bot.errors import Conflict, InvalidInput
from bot.replies.cards.talk import Thank
from tests.conversations.conftest import ANNA, BEN, Room, make_room
from tests.tables import sqlite_with_tables

AGENTS = st.sampled_from([ANNA, BEN])
BY_ID = {ANNA.id: ANNA, BEN.id: BEN}
WHICH = st.integers(0, 1)
WORDS = st.sampled_from(["谢谢", "还有件事", "转人工", "电线掉地上了还在冒火"])


class Histories(RuleBasedStateMachine):
    room: Room

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        db = sqlite_with_tables(Path(self.folder.name) / "h.db")
        self.room = make_room(db, FixedClock(datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL)))
        self.conversations = [self.room.start(), self.room.start()]
        self.present = {ANNA.id, BEN.id}
        self.replies = 0
        self.asked: dict[str, OwedTurn] = {}

    def teardown(self) -> None:
        if hasattr(self, "room"):
            self.come_to_an_end()
            self.room.db.close()
            self.folder.cleanup()

    @rule(which=WHICH, words=WORDS)
    def customer_writes(self, which: int, words: str) -> None:
        self.room.say(self.conversations[which], words)

    @rule(which=WHICH)
    def customer_asks_for_a_person(self, which: int) -> None:
        self.room.conversations.request_human(self.conversations[which], reason="asked_for")

    @rule(which=WHICH)
    def bot_is_asked(self, which: int) -> None:
        owed = self.room.turns.take(self.conversations[which])
        if owed is not None:
            self.asked[owed.conversation_id] = owed

    @precondition(lambda self: self.asked)
    @rule(fails=st.booleans(), first=st.booleans())
    def bot_answers(self, fails: bool, first: bool) -> None:
        """Perhaps long after it was asked: meanwhile the conversation may have changed hands."""
        owed = self.asked.pop(list(self.asked)[0 if first else -1])
        held, said = self.room.state(owed.conversation_id) == AGENT, self.bots_words(owed.conversation_id)
        if fails:
            self.room.turns.hand_over(owed, "bot_unavailable")
        else:
            self.room.turns.settle(owed, [Thank()])
        assert not held or self.bots_words(owed.conversation_id) == said

    @precondition(lambda self: self.of(QUEUED))
    @rule(agent=AGENTS)
    def agent_claims(self, agent) -> None:  # type: ignore[no-untyped-def]
        self.room.handling.claim(self.of(QUEUED)[0].id, agent)

    @precondition(lambda self: self.of(AGENT))
    @rule()
    def holder_replies(self) -> None:
        self.replies += 1
        held = self.of(AGENT)[0]
        self.room.handling.reply(held.id, BY_ID[held.agent_id], "好", f"r{self.replies}", 0)

    @precondition(lambda self: self.of(AGENT))
    @rule(looked=st.booleans(), close=st.booleans())
    def holder_lets_go(self, looked: bool, close: bool) -> None:
        held = self.of(AGENT)[-1]
        act = self.room.handling.close if close else self.room.handling.give_back
        self.attempt(lambda: act(held.id, BY_ID[held.agent_id], held.last_seq if looked else 0))

    @precondition(lambda self: self.of(AGENT))
    @rule(agent=AGENTS, queue=st.booleans())
    def holder_passes_on(self, agent, queue: bool) -> None:  # type: ignore[no-untyped-def]
        held = self.of(AGENT)[0]
        to = None if queue else agent
        self.attempt(lambda: self.room.handling.pass_on(held.id, BY_ID[held.agent_id], to, "看前面"))

    @rule(which=WHICH, agent=AGENTS, number=st.integers(0, 5))
    def anybody_tries_anything(self, which: int, agent, number: int) -> None:  # type: ignore[no-untyped-def]
        conversation, handling = self.conversations[which], self.room.handling
        acts = (
            lambda: handling.claim(conversation, agent),
            lambda: handling.give_back(conversation, agent, 0),
            lambda: handling.close(conversation, agent, 0),
            lambda: handling.reply(conversation, agent, "好", "once", 0),
            lambda: handling.pass_on(conversation, agent, BEN, "看前面"),
            lambda: handling.pass_on(conversation, agent, None, "看前面"),
        )
        self.attempt(acts[number])

    @rule(agent=AGENTS)
    def agent_comes_or_goes(self, agent) -> None:  # type: ignore[no-untyped-def]
        self.present ^= {agent.id}

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.room.clock.advance(minutes=minutes)
        changed = self.room.timeouts.sweep(self.present)
        assert len(changed) <= 2 * len(self.conversations)
        for _ in range(5):
            changed = self.room.timeouts.sweep(self.present)
        assert changed == [], "time that stands still moves nothing"

    @precondition(lambda self: hasattr(self, "room"))
    @invariant()
    def there_is_one_owner(self) -> None:
        for conversation in self.rows():
            assert (conversation.owner == AGENT) == (conversation.agent_id is not None)
            assert conversation.owner != QUEUED or conversation.queued_at is not None

    @precondition(lambda self: hasattr(self, "room"))
    @invariant()
    def whoever_waits_has_a_place_of_their_own(self) -> None:
        with self.room.db.read() as session:
            waiting = [c.id for c in self.rows() if c.owner == QUEUED]
            places = sorted(ownership.place_of(session, conversation) for conversation in waiting)
        assert places == list(range(1, len(waiting) + 1))

    @precondition(lambda self: hasattr(self, "room"))
    @invariant()
    def nothing_is_lost(self) -> None:
        """What a person was to read they have read, or they hold it, or somebody will."""
        owners = {c.id: c for c in self.rows()}
        with self.room.db.read() as session:
            for turn in session.scalars(select(Turn).where(Turn.state == HANDED_OVER)):
                conversation = owners[turn.conversation_id]
                assert conversation.owner in (AGENT, QUEUED) or turn.seq <= conversation.agent_seen_seq

    def come_to_an_end(self) -> None:
        """Once the bot is well and the agents have looked, nothing is owed to anybody."""
        for conversation in self.conversations:
            if self.room.state(conversation) == QUEUED:
                self.room.handling.claim(conversation, ANNA)
            with self.room.db.read() as session:
                holder = session.get_one(Conversation, conversation).agent_id
            if holder is not None:
                self.room.handling.give_back(conversation, BY_ID[holder], self.room.newest(conversation))
            self.room.clock.advance(minutes=2)
            while (owed := self.room.turns.take(conversation)) is not None:
                self.room.turns.settle(owed, [Thank()])
        with self.room.db.read() as session:
            turns = list(session.scalars(select(Turn)))
            seen = {c.id: c.agent_seen_seq for c in session.scalars(select(Conversation))}
        assert not [t for t in turns if t.state == WAITING]
        assert all(t.state == ANSWERED or t.seq <= seen[t.conversation_id] for t in turns)

    def of(self, owner: str) -> list[Conversation]:
        return [conversation for conversation in self.rows() if conversation.owner == owner]

    def rows(self) -> list[Conversation]:
        with self.room.db.read() as session:
            return list(session.scalars(select(Conversation)))

    def bots_words(self, conversation_id: str) -> int:
        with self.room.db.read() as session:
            said = select(Message).where(Message.conversation_id == conversation_id, Message.author == "bot")
            return len(list(session.scalars(said)))

    def attempt(self, act) -> None:  # type: ignore[no-untyped-def]
        """An agent's act that may come too late, or go to themselves."""
        try:
            act()
        except (Conflict, InvalidInput):
            return


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
