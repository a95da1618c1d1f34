"""What a number wishes and whether it has proved itself.

Every function but the last works inside a session the caller opened.
"""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.channels.sms.tables import SmsContact
from bot.clock import Clock
from bot.conversations.tables import Conversation
from bot.storage.engine import Database

PROVEN_FOR = timedelta(minutes=30)
SMS = "sms"


def contact_of(session: Session, address: str) -> SmsContact:
    """The record of a number, locked; made where there was none."""
    found = session.get(SmsContact, address, with_for_update=True, populate_existing=True)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            made = SmsContact(address=address)
            session.add(made)
            session.flush()
            return made
    except IntegrityError:
        return session.get_one(SmsContact, address, with_for_update=True, populate_existing=True)


def is_silent(contact: SmsContact, now: datetime) -> bool:
    return contact.silent_until is not None and contact.silent_until > now


def proven_phone(db: Database, clock: Clock, conversation_id: str) -> str | None:
    """The phone this conversation is held with, where the carrier has just proved it (identity level 1).

    None on another channel, through a carrier whose calls are not authenticated, or when the last text is long past.
    """
    with db.read() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None or conversation.channel != SMS or conversation.address is None:
            return None
        contact = session.get(SmsContact, conversation.address)
        at = contact.proven_at if contact is not None else None
        return conversation.address if at is not None and at > clock.now() - PROVEN_FOR else None
