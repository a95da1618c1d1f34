"""On the way to a person. `back_at` is set while nobody is at the desk: people answer from then on."""

from datetime import datetime
from typing import Literal

from bot.replies.cards.base import Card


class Queued(Card):
    """The conversation waits for a person; `place` counts from 1. The bot goes on answering meanwhile.

    `minutes`: how long that lasts, going by those who waited before; None where that is not known.
    """

    kind: Literal["queued"] = "queued"
    place: int
    reason: str
    again: bool = False
    back_at: datetime | None = None
    minutes: int | None = None


class Delayed(Card):
    """The answer takes longer; said once for a message."""

    kind: Literal["delayed"] = "delayed"


class BotUnavailable(Card):
    """The dialogue has been down too long: the message is kept, a person will see it."""

    kind: Literal["bot_unavailable"] = "bot_unavailable"
    place: int
    back_at: datetime | None = None


class StillWaiting(Card):
    """A person has not come yet: said again and again while it lasts, so that nobody waits in silence."""

    kind: Literal["still_waiting"] = "still_waiting"
    place: int
    back_at: datetime | None = None


class AgentJoined(Card):
    """A person has taken the conversation; the bot is silent from here on."""

    kind: Literal["agent_joined"] = "agent_joined"
    agent: str


class AgentReply(Card):
    """What a person wrote, word for word."""

    kind: Literal["agent_reply"] = "agent_reply"
    agent: str
    text: str


class AgentGaveBack(Card):
    """The person has left, the bot answers again."""

    kind: Literal["agent_gave_back"] = "agent_gave_back"
    agent: str


class AgentLost(Card):
    """The person is gone without having finished: the conversation waits again, at the place it had."""

    kind: Literal["agent_lost"] = "agent_lost"
    place: int
    back_at: datetime | None = None


class AgentPassedOn(Card):
    """The person has passed the matter on: to the colleague `to`, or into the queue at `place`."""

    kind: Literal["agent_passed_on"] = "agent_passed_on"
    agent: str
    to: str | None = None
    place: int = 0
    back_at: datetime | None = None


class ConversationClosed(Card):
    """The matter is closed; `idle`: because the customer has not written for a while."""

    kind: Literal["conversation_closed"] = "conversation_closed"
    idle: bool = False


class JoinAsked(Card):
    """The customer's own message: to go on here with what was begun on the web."""

    kind: Literal["join_asked"] = "join_asked"


class Joined(Card):
    """The conversation begun on the web goes on here; `bound` is the account bound by it, empty for none."""

    kind: Literal["joined"] = "joined"
    bound: str = ""


class JoinRefused(Card):
    """It could not be gone on with: the code is not good (any more), or a person is at work here."""

    kind: Literal["join_refused"] = "join_refused"
    reason: Literal["unknown", "busy"]
