"""The way in: each text once, put together from its parts, told apart from robots and floods, danger before all."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.channels.sms import assembly, loops
from bot.channels.sms.commands import Commands
from bot.channels.sms.contacts import SMS, contact_of, is_silent
from bot.channels.sms.driver import Inbound
from bot.channels.sms.loops import Limits
from bot.channels.sms.numbers import LONGEST, address_of, is_person
from bot.channels.sms.tables import SmsInbound
from bot.channels.sms.words import read_command
from bot.clock import Clock, NewId
from bot.conversations import ownership
from bot.conversations.intake import MAX_CHARACTERS, InboundMessage, Intake, Received
from bot.conversations.service import Conversations
from bot.conversations.statements import Said
from bot.conversations.states import CLOSED
from bot.conversations.tables import CUSTOMER, SYSTEM, Conversation
from bot.conversations.thread import Thread
from bot.errors import InvalidInput, RateLimited
from bot.language import assess
from bot.replies.cards.sms import SmsPaused
from bot.storage.engine import Database

log = structlog.get_logger()
NAMELESS_WITHIN = timedelta(seconds=30)  # the same words without a name so soon are the carrier's repetition
LONGEST_NAME = 200


class Receiving:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        new_id: NewId,
        conversations: Conversations,
        intake: Intake,
        thread: Thread,
        commands: Commands,
        *,
        limits: Limits,
        secret: bytes,
        region: str,
    ) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._conversations = conversations
        self._intake = intake
        self._thread = thread
        self._commands = commands
        self._limits = limits
        self._secret = secret
        self._region = region

    def receive(self, inbound: Inbound, *, proven: bool) -> Received | None:
        """Takes one delivery in; None where no conversation changed. `proven`: the carrier vouches for the sender.

        A delivery that was not settled, because this process died, is settled when the carrier brings it again.
        """
        address = address_of(inbound.sender, self._region) or inbound.sender[:LONGEST]
        with self._db.write() as session:
            row = self._row(session, inbound, address)
            if row.outcome is not None:
                return None
            text = assembly.joined(session, address, inbound, self._clock.now())
            if text is None:
                row.outcome = "part"
                return None
            row.text_key, row.hazard = loops.text_key(self._secret, text), assess(text).kind is not None
            settled = self._settle(session, row, text, proven)
            if row.outcome is not None:
                assembly.forget(session, address, inbound.ref, inbound.of)
                return settled
        received = self._hand_over(row, text)
        with self._db.write() as session:
            assembly.forget(session, address, inbound.ref, inbound.of)
        return received

    def receive_late(self) -> Sequence[Received]:
        """Hands over long texts whose missing parts will not come any more."""
        with self._db.read() as session:
            late = assembly.overdue(session, self._clock.now())
        found = []
        for text in late:
            name = f"late:{text.address}:{text.ref}:{text.since.timestamp():.0f}"
            received = self.receive(Inbound(name, text.address, text.text), proven=False)
            with self._db.write() as session:
                assembly.forget(session, text.address, text.ref, text.of)
            found += [received] if received is not None else []
        return found

    def _row(self, session: Session, inbound: Inbound, address: str) -> SmsInbound:
        """The record of this delivery, locked; of several deliveries of one name one makes it."""
        name = self._name(session, inbound, address)
        row = session.get(SmsInbound, name, with_for_update=True, populate_existing=True)
        if row is not None:
            return row
        key = self._part_key(inbound)
        try:
            with session.begin_nested():
                row = SmsInbound(id=name, address=address, text_key=key, received_at=self._clock.now())
                session.add(row)
                session.flush()
                return row
        except IntegrityError:
            return session.get_one(SmsInbound, name, with_for_update=True, populate_existing=True)

    def _name(self, session: Session, inbound: Inbound, address: str) -> str:
        if inbound.id is not None:
            fine = inbound.id.isprintable() and len(inbound.id) <= LONGEST_NAME
            return inbound.id if fine else hashlib.sha256(inbound.id.encode("utf-8", "replace")).hexdigest()
        since = self._clock.now() - NAMELESS_WITHIN
        keys = (self._part_key(inbound), loops.text_key(self._secret, inbound.text))
        same = select(SmsInbound.id).where(
            SmsInbound.address == address, SmsInbound.text_key.in_(keys), SmsInbound.received_at > since
        )
        return session.scalar(same.order_by(SmsInbound.received_at).limit(1)) or self._new_id()

    def _part_key(self, inbound: Inbound) -> str:
        """A part is another text than the same words alone."""
        part = f"{inbound.ref}/{inbound.number}/{inbound.of}:" if inbound.of > 1 else ""
        return loops.text_key(self._secret, part + inbound.text)

    def _settle(self, session: Session, row: SmsInbound, text: str, proven: bool) -> Received | None:
        """Does what the channel does by itself and says so in `outcome`; without one the conversation takes it."""
        now = self._clock.now()
        if not is_person(row.address) or address_of(row.address, self._region) is None:
            row.outcome = "no_reply"
        elif loops.is_echo(session, row.address, text, now):
            row.outcome = "echo"
        if row.outcome is not None:
            log.info("sms_not_answered", reason=row.outcome)
            return None
        contact = contact_of(session, row.address)
        contact.proven_at = now if proven else None
        since = now - self._limits.window
        if row.hazard:
            many = loops.count(session, row.address, since, hazards=True) > loops.MOST_DANGERS
            return self._keep(session, row, text, "too_many") if many else None
        return self._limited(session, row, text) or self._obey(session, row, text)

    def _limited(self, session: Session, row: SmsInbound, text: str) -> Received | None:
        """Silence towards what writes too much or the same again and again; its words are kept."""
        now = self._clock.now()
        contact, since = contact_of(session, row.address), now - self._limits.window
        if is_silent(contact, now):
            return self._keep(session, row, text, "silent")
        if loops.count(session, row.address, since) > self._limits.texts:
            contact.silent_until, contact.silent_reason = now + self._limits.window, "too_many"
            received = self._keep(session, row, text, "too_many")
            conversation = session.get_one(Conversation, received.conversation_id)
            self._thread.say(session, conversation, SmsPaused(minutes=self._limits.minutes), author=SYSTEM)
            return received
        same = loops.count(session, row.address, since, key=row.text_key)
        if len(text.strip()) >= loops.SHORTEST_REPEATED and same >= loops.REPEATED:
            return self._keep(session, row, text, "repeated")
        return None

    def _keep(self, session: Session, row: SmsInbound, text: str, outcome: str) -> Received:
        """Into the thread, where an agent sees it; nobody answers. TD counts even so."""
        log.info("sms_not_answered", reason=outcome)
        conversation, message = self._write(session, row, text)
        if read_command(text) == "stop":
            self._commands.stop(session, conversation)
        row.outcome = outcome
        return Received(conversation.id, message.seq, new=True, for_bot=False)

    def _obey(self, session: Session, row: SmsInbound, text: str) -> Received | None:
        inbound = InboundMessage(channel=SMS, address=row.address, client_id=row.id)
        conversation = self._intake.admit(session, inbound)
        conversation.channel, conversation.address = SMS, row.address
        command = self._commands.meant(session, conversation, text)
        if command is None:
            return None
        conversation, message = self._write(session, row, text)
        self._commands.obey(session, conversation, command, message)
        row.outcome = "more" if command == "more" else "command"
        return Received(conversation.id, message.seq, new=True, for_bot=False)

    def _write(self, session: Session, row: SmsInbound, text: str) -> tuple[Conversation, Said]:
        inbound = InboundMessage(channel=SMS, address=row.address, client_id=row.id)
        conversation = self._intake.admit(session, inbound)
        self._intake.turn_to(conversation, inbound)
        if conversation.owner == CLOSED:
            ownership.reopen(session, conversation.id)
        message = self._thread.write(session, conversation, CUSTOMER, text[:MAX_CHARACTERS])
        self._intake.note(session, conversation, inbound, message.seq)
        return conversation, message

    def _hand_over(self, row: SmsInbound, text: str) -> Received | None:
        outcome, received = "taken", None
        inbound = InboundMessage(channel=SMS, address=row.address, text=text[:MAX_CHARACTERS], client_id=row.id)
        try:
            received = self._conversations.receive(inbound)
        except InvalidInput:
            outcome = "empty"
        except RateLimited:
            with self._db.write() as session:
                return self._keep(session, session.get_one(SmsInbound, row.id), text, "too_many")
        with self._db.write() as session:
            session.get_one(SmsInbound, row.id).outcome = outcome
        return received
