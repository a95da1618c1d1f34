"""Options the server issued: choosing by id, by number ("2", "第二个") or by title, on every channel."""

from typing import Any

from sqlalchemy.orm import Session

from bot.conversations.statements import MAY_BE_CHOSEN, Offered
from bot.conversations.tables import Conversation, IssuedOption
from bot.errors import Conflict
from bot.language import normalise, read_ordinal

EXPIRED = "这个选项已经过期,请看最新的消息,或直接打字告诉我。"
PUNCTUATION = "".join(sorted(set(" 。.!!,,")))


def chosen_by_id(session: Session, conversation: Conversation, option_id: str) -> Offered:
    """The option, if it may still be chosen in this conversation; any other id is answered alike."""
    option = session.get(IssuedOption, option_id) if option_id.isprintable() else None
    if option is None or option.conversation_id != conversation.id or option.seq != conversation.options_seq:
        raise Conflict(EXPIRED, code="option_expired")
    return Offered(option.title, option.intent, option.entities)


def chosen_by_words(session: Session, conversation: Conversation, text: str) -> Offered | None:
    """The option that stands whose number or title the customer typed; None if the words say something else."""
    if conversation.options_seq is None:
        return None
    standing = {"conversation": conversation.id, "seq_of": conversation.options_seq}
    options = [Offered._make(row) for row in session.execute(MAY_BE_CHOSEN, standing)]
    said = normalise(text).strip(PUNCTUATION)
    for option in options:
        if said == normalise(option.title):
            return option
    index = read_ordinal(text, len(options))
    return None if index is None else options[index]


def meaning(option: Offered) -> dict[str, Any]:
    """What the dialogue is told when this option is chosen."""
    return {"intent": option.intent, "entities": option.entities, "title": option.title}
