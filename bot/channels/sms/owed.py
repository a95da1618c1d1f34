"""What a number wishes of notices, asked before one goes out: `data.wished` is True for one the customer may do
without, False for one that is owed.

One that is owed never gets lost by a wish: it goes to the family's phone, or an agent is asked to tell it by telephone.
"""

from typing import Protocol

from bot.channels.sms.contacts import SMS, contact_of
from bot.channels.sms.ways import BY_CALL, TO_FAMILY
from bot.channels.sms.words import words
from bot.conversations.carriers import NotCarried, Parcel
from bot.conversations.outbox import Outbox
from bot.storage.engine import Database


class AskToCall(Protocol):
    def __call__(self, channel: str, address: str, note: str) -> None:
        """Queues the conversation with this address, with a note for whoever calls."""


class Wishes:
    def __init__(self, db: Database, outbox: Outbox, ask_to_call: AskToCall) -> None:
        self._db = db
        self._outbox = outbox
        self._ask_to_call = ask_to_call

    def respect(self, parcel: Parcel) -> None:
        """Returns where the text may go out as it is. NotCarried: it goes another way, or is not wished."""
        wished = parcel.data.get("wished")
        if parcel.conversation_id is not None or wished is None:
            return
        with self._db.write() as session:
            contact = contact_of(session, parcel.address)
            off, way, family = contact.notices_off_at, contact.owed_way, contact.family_phone
        if wished:
            if off is not None:
                raise NotCarried("give_up", "notices_off")
            return
        if way == TO_FAMILY and family is not None:
            self._tell_family(parcel, family)
            raise NotCarried("give_up", "told_family")
        if way == BY_CALL:
            note = words().call_note.format(phone=parcel.address, text=parcel.text)
            self._ask_to_call(SMS, parcel.address, note)
            raise NotCarried("give_up", "told_by_call")

    def _tell_family(self, parcel: Parcel, phone: str) -> None:
        """Once, however often this is tried. Nothing is owed to the family: their own TD ends it, on record."""
        with self._db.write() as session:
            self._outbox.put(
                session,
                channel=SMS,
                address=phone,
                kind=parcel.kind,
                text=words().family_line + parcel.text,
                data=dict(parcel.data) | {"wished": True},
                request_key=f"{parcel.id}:family",
            )
