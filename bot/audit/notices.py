"""Telling customers what the audit has to tell them: a card as a text message, through the outbox."""

from datetime import date

from bot.conversations.outbox import Outbox
from bot.customers import Customers
from bot.replies.cards.audit import AgreementExpiring
from bot.replies.render import Renderer
from bot.storage.engine import Database


class OutboxNotices:
    def __init__(self, db: Database, customers: Customers, outbox: Outbox, renderer: Renderer) -> None:
        self._db = db
        self._customers = customers
        self._outbox = outbox
        self._renderer = renderer

    def agreement_expiring(self, account_no: str, agreement_no: str, ends_on: date, request_key: str) -> bool:
        """Once for a request key. The message names no holder and no address: phones change hands."""
        phone = self._customers.registered_phone(account_no)
        if phone is None:
            return False
        card = AgreementExpiring(account_tail=account_no[-4:], ends_on=ends_on)
        text = self._renderer.text(card, "sms")
        with self._db.write() as session:
            self._outbox.put(
                session,
                channel="sms",
                address=phone,
                kind=card.kind,
                text=text,
                data=card.dump(),
                request_key=request_key,
            )
        return True
