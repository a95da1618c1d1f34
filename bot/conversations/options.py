"""Options the server issued: choosing by id, by number ("2", "第二个") or by title, on every channel."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversations.tables import BOT, IssuedOption, Message
from bot.errors import Conflict
from bot.language import normalise, read_ordinal

EXPIRED = "这个选项已经过期,请看最新的消息,或直接打字告诉我。"
PUNCTUATION = "".join(sorted(set(" 。.!!,,")))


def chosen_by_id(session: Session, conversation_id: str, option_id: str) -> IssuedOption:
    """The option, if it is one of those last issued to this conversation; any other id is answered alike."""
    option = session.get(IssuedOption, option_id)
    if option is None or option.conversation_id != conversation_id:
        raise Conflict(EXPIRED, code="option_expired")
    if option.seq != _standing(session, conversation_id):
        raise Conflict(EXPIRED, code="option_expired")
    return option


def chosen_by_words(session: Session, conversation_id: str, text: str) -> IssuedOption | None:
    """The option last issued whose number or title the customer typed; None if the words say something else."""
    options = _latest(session, conversation_id)
    if not options:
        return None
    said = normalise(text).strip(PUNCTUATION)
    for option in options:
        if said == normalise(option.title):
            return option
    index = read_ordinal(text, len(options))
    return None if index is None else options[index]


def meaning(option: IssuedOption) -> dict[str, Any]:
    """What the dialogue is told when this option is chosen."""
    return {"intent": option.intent, "entities": option.entities, "title": option.title}


def _standing(session: Session, conversation_id: str) -> int | None:
    """The message whose options may be chosen: the last one with options, until a later message is answered.

    The answer to the next message may bring none ("where are you?"): what was offered before it is over then too.
    """
    issued = select(func.max(IssuedOption.seq)).where(IssuedOption.conversation_id == conversation_id)
    message = session.get(Message, (conversation_id, session.scalar(issued)))
    if message is None:
        return None
    later = select(Message.seq).where(
        Message.conversation_id == conversation_id,
        Message.seq > message.seq,
        Message.author == BOT,
        Message.reply_to.is_distinct_from(message.reply_to),
    )
    return None if session.scalar(later.limit(1)) is not None else message.seq


def _latest(session: Session, conversation_id: str) -> list[IssuedOption]:
    return list(
        session.scalars(
            select(IssuedOption)
            .where(
                IssuedOption.conversation_id == conversation_id,
                IssuedOption.seq == _standing(session, conversation_id),
            )
            .order_by(IssuedOption.number)
        )
    )
