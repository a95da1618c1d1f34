"""Whole texts that speak to the channel itself: help, no more notices, notices again, the next page.

Every function here works inside a session the caller opened, with the conversation locked.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.sms.contacts import SMS, contact_of
from bot.channels.sms.pages import pages
from bot.channels.sms.ways import BY_SMS, Choice, chosen, keep, notices_off
from bot.channels.sms.words import Command, read_command, says_more_number
from bot.clock import Clock
from bot.conversations.outbox import Outbox
from bot.conversations.statements import Held, Said
from bot.conversations.tables import ANSWERED, SYSTEM, Delivery, Turn
from bot.conversations.thread import Thread
from bot.replies.cards import Card
from bot.replies.cards.sms import NoticesOn, SmsHelp

MORE = "more"


def option_lines(options: list[dict[str, str]] | tuple[object, ...]) -> list[str]:
    """The numbered lines at the end of a text with options."""
    return [f"{number}. {dict(option)['title']}" for number, option in enumerate(options, 1)]  # type: ignore[call-overload]


class Commands:
    """`signature` is what every page begins with; `free_text`: only then is there a next page."""

    def __init__(
        self, clock: Clock, thread: Thread, outbox: Outbox, signature: str, region: str, *, free_text: bool
    ) -> None:
        self._clock = clock
        self._thread = thread
        self._outbox = outbox
        self._signature = signature
        self._region = region
        self._free_text = free_text

    def meant(self, session: Session, conversation: Held, text: str) -> Command | Choice | None:
        """The command, if it makes sense now: "1" and "更多" while a page waits, "恢复" after TD, a way when asked."""
        command: Command | None = "more" if says_more_number(text) else read_command(text)
        if command == "more" and self._next_page(session, conversation) is None:
            command = None
        if command == "resume" and not self._changed(session, conversation):
            return None
        return command or chosen(session, conversation, text, self._region)

    def obey(self, session: Session, conversation: Held, command: Command | Choice, said: Said) -> None:
        if command == "more":
            self._send_next(session, conversation)
            return
        session.add(
            Turn(
                conversation_id=conversation.id,
                seq=said.seq,
                state=ANSWERED,
                received_at=said.sent_at,
                next_attempt_at=said.sent_at,
            )
        )
        card = self._done(session, conversation, command)
        self._thread.say(session, conversation, card, author=SYSTEM, reply_to=said.seq, position=1)

    def _done(self, session: Session, conversation: Held, command: Command | Choice) -> Card:
        """Does what is asked; the card that says so."""
        if isinstance(command, Choice):
            return keep(session, conversation, command)
        if command == "stop":
            self.stop(session, conversation)
            return notices_off()
        if command == "resume":
            contact = contact_of(session, conversation.address or "")
            contact.notices_off_at, contact.owed_way, contact.family_phone = None, BY_SMS, None
            return NoticesOn()
        return SmsHelp()

    def _changed(self, session: Session, conversation: Held) -> bool:
        """Whether anything of the number's notices is not as it was at first."""
        contact = contact_of(session, conversation.address or "")
        return contact.notices_off_at is not None or contact.owed_way != BY_SMS

    def stop(self, session: Session, conversation: Held) -> None:
        contact = contact_of(session, conversation.address or "")
        contact.notices_off_at = contact.notices_off_at or self._clock.now()

    def _send_next(self, session: Session, conversation: Held) -> None:
        """The key names text and page: the same page is put into the outbox once, however often it is asked for."""
        found = self._next_page(session, conversation)
        if found is None:
            return
        delivery, page = found
        self._outbox.put(
            session,
            channel=SMS,
            address=delivery.address,
            kind=MORE,
            text=delivery.text,
            data=delivery.data | {"page": page},
            options=list(delivery.options),
            conversation_id=delivery.conversation_id,
            seq=delivery.seq,
            request_key=f"{delivery.conversation_id}:{delivery.seq}:page{page}",
        )

    def _next_page(self, session: Session, conversation: Held) -> tuple[Delivery, int] | None:
        """The newest text since the customer's last question that has a page left, unless its "1" is an option's."""
        if not self._free_text:
            return None
        asked = select(func.max(Turn.seq)).where(Turn.conversation_id == conversation.id)
        since = func.coalesce(asked.scalar_subquery(), 0)
        found = session.scalars(
            select(Delivery)
            .where(Delivery.conversation_id == conversation.id, Delivery.channel == SMS, Delivery.seq > since)
            .order_by(Delivery.seq.desc(), Delivery.created_at.desc())
        ).all()
        shown: dict[int, int] = {}
        for delivery in found:
            seq = delivery.seq or 0
            shown[seq] = max(shown.get(seq, 1), int(delivery.data.get("page", 1)))
        for delivery in found:
            page = shown[delivery.seq or 0] + 1
            if page <= len(pages(delivery.text, self._signature, option_lines(delivery.options))):
                return delivery, page
            if delivery.options:
                return None
        return None
