"""Whole texts that speak to the channel itself: help, no more notices, notices again, the next page.

Every function here works inside a session the caller opened, with the conversation locked.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.sms.contacts import SMS, contact_of
from bot.channels.sms.pages import pages
from bot.channels.sms.words import Command, read_command, says_more_number
from bot.clock import Clock
from bot.conversations.outbox import Outbox
from bot.conversations.statements import Said
from bot.conversations.tables import ANSWERED, SYSTEM, Conversation, Delivery, Turn
from bot.conversations.thread import Thread
from bot.replies.cards import Card, Option
from bot.replies.cards.sms import NoticesOff, NoticesOn, SmsHelp
from bot.replies.titles import title

MORE = "more"
WAYS = (("notices_as_they_are", "thank"), ("notices_by_call", "request_human"), ("notices_to_family", "request_human"))


def option_lines(options: list[dict[str, str]] | tuple[object, ...]) -> list[str]:
    """The numbered lines at the end of a text with options."""
    return [f"{number}. {dict(option)['title']}" for number, option in enumerate(options, 1)]  # type: ignore[call-overload]


class Commands:
    """`signature` is what every page begins with; `free_text`: only then is there a next page."""

    def __init__(self, clock: Clock, thread: Thread, outbox: Outbox, signature: str, free_text: bool) -> None:
        self._clock = clock
        self._thread = thread
        self._outbox = outbox
        self._signature = signature
        self._free_text = free_text

    def meant(self, session: Session, conversation: Conversation, text: str) -> Command | None:
        """The command, if it makes sense now: "1" and "更多" while a page waits, "恢复" after TD."""
        command: Command | None = "more" if says_more_number(text) else read_command(text)
        if command == "more" and self._next_page(session, conversation) is None:
            return None
        if command == "resume" and contact_of(session, conversation.address or "").notices_off_at is None:
            return None
        return command

    def obey(self, session: Session, conversation: Conversation, command: Command, said: Said) -> None:
        if command == "more":
            self._send_next(session, conversation)
            return
        if command == "stop":
            self.stop(session, conversation)
        elif command == "resume":
            contact_of(session, conversation.address or "").notices_off_at = None
        session.add(
            Turn(
                conversation_id=conversation.id,
                seq=said.seq,
                state=ANSWERED,
                received_at=said.sent_at,
                next_attempt_at=said.sent_at,
            )
        )
        card = _card(command)
        self._thread.say(session, conversation, card, author=SYSTEM, reply_to=said.seq, position=1)

    def stop(self, session: Session, conversation: Conversation) -> None:
        contact = contact_of(session, conversation.address or "")
        contact.notices_off_at = contact.notices_off_at or self._clock.now()

    def _send_next(self, session: Session, conversation: Conversation) -> None:
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

    def _next_page(self, session: Session, conversation: Conversation) -> tuple[Delivery, int] | None:
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


def _card(command: Command) -> Card:
    if command == "stop":
        return NoticesOff(options=[Option(title=title(key), intent=intent) for key, intent in WAYS])
    return NoticesOn() if command == "resume" else SmsHelp()
