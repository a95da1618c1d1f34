"""Another way for notices that are owed: chosen by number after TD, or by whoever takes them instead by phone number.

Every function here works inside a session the caller opened, with the conversation locked.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.sms.contacts import contact_of
from bot.channels.sms.numbers import address_of, is_mobile
from bot.conversations.options import chosen_by_words
from bot.conversations.statements import Held
from bot.conversations.tables import CUSTOMER, Message
from bot.replies.cards import Card, Option
from bot.replies.cards.sms import NoticesFamilyAsk, NoticesOff, NoticesWay
from bot.replies.titles import title

Way = Literal["sms", "call", "family"]
BY_SMS: Way = "sms"
BY_CALL: Way = "call"
TO_FAMILY: Way = "family"
WAYS: dict[str, Way] = {"notices_as_they_are": BY_SMS, "notices_by_call": BY_CALL, "notices_to_family": TO_FAMILY}
FEWEST_DIGITS = 7  # fewer are no attempt at a phone number
TAIL = 4


@dataclass(frozen=True)
class Choice:
    """The way chosen. For family `phone` is who is told; None where it has to be asked for, again if `unreadable`."""

    way: Way
    phone: str | None = None
    unreadable: bool = False


def notices_off() -> NoticesOff:
    return NoticesOff(options=[Option(title=title(key), intent="inform", entities={"answer": key}) for key in WAYS])


def chosen(session: Session, conversation: Held, text: str, region: str) -> Choice | None:
    """What a text chooses, while we have just asked for it; None for any other text."""
    asked = _asked(session, conversation)
    if asked == "notices_off":
        option = chosen_by_words(session, conversation, text)
        return None if option is None else Choice(WAYS[option.entities["answer"]])
    if asked == "notices_family_ask":
        return _family(text, region, conversation.address)
    return None


def keep(session: Session, conversation: Held, choice: Choice) -> Card:
    """Notes the way with the number that chose it; nothing changes before somebody is named who is told instead."""
    if choice.way == TO_FAMILY and choice.phone is None:
        return NoticesFamilyAsk(unreadable=choice.unreadable)
    contact = contact_of(session, conversation.address or "")
    contact.owed_way, contact.family_phone = choice.way, choice.phone
    return NoticesWay(way=choice.way, tail=(choice.phone or "")[-TAIL:])


def _asked(session: Session, conversation: Held) -> str:
    """The kind of card that was said last."""
    newest = (
        select(Message.card)
        .where(Message.conversation_id == conversation.id, Message.author != CUSTOMER)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return str((session.scalar(newest) or {}).get("kind", ""))


def _family(text: str, region: str, own: str | None) -> Choice | None:
    digits = "".join(filter(str.isdigit, text))
    if len(digits) < FEWEST_DIGITS:
        return None
    phone = address_of(digits, region)
    if phone is None or phone == own or not is_mobile(phone, region):
        return Choice(TO_FAMILY, unreadable=True)
    return Choice(TO_FAMILY, phone)
