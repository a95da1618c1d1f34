"""Reading customers' data at the desk: what a person may open, each look on the audit trail before it is answered."""

from dataclasses import dataclass
from decimal import Decimal

from bot.conversations.board import Row
from bot.conversations.states import AGENT, QUEUED
from bot.conversations.tables import Conversation, ConversationNote
from bot.conversations.thread import View
from bot.desk.parts import Parts
from bot.errors import NotAllowed, Unavailable
from bot.fieldwork import TroubleTicket
from bot.identity import VerifiedAccount
from bot.identity.file import AccountFile
from bot.identity.grants import DUE, FILE, TICKETS
from bot.staff import Person, StaffMember, may
from bot.supplier import CannedReply


@dataclass(frozen=True)
class Entry:
    """A row of the list. `open`: this person may open it; else its words are kept from them."""

    row: Row
    holder: str
    mine: bool
    open: bool


@dataclass(frozen=True)
class Side:
    """Beside the thread: the account the customer has proved in this conversation, as far as their role lets them see.

    `role` is empty where nothing is proved; without `file` it is somebody whom the holder let in for less. A balance
    that may be seen is None while the records cannot be had.
    """

    file: AccountFile | None
    balance: Decimal | None
    tickets: list[tuple[TroubleTicket, str]]
    role: str = ""
    may_see_balance: bool = False


@dataclass(frozen=True)
class Holding:
    """Below the thread: who holds the conversation, who could, what was noted, and words often written."""

    holder: str
    colleagues: list[StaffMember]
    notes: list[tuple[ConversationNote, str]]
    replies: tuple[CannedReply, ...]


class Reading:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def entries(self, person: Person) -> list[Entry]:
        names = {member.id: member.name for member in self._parts.staff.people.all()}
        shown = [
            Entry(
                row,
                names.get(row.agent_id or "", ""),
                row.agent_id == person.id,
                _may_open(person, row.owner, row.agent_id),
            )
            for row in self._parts.board.rows()
        ]
        told = [entry.row.id for entry in shown if entry.open]
        if told:
            self._parts.staff.audit.read(person.id, "read_list", "queue", "desk", told)
        return shown

    def open(self, person: Person, conversation_id: str) -> Conversation:
        """The conversation, if this person may read it now. It is on the trail from here on."""
        conversation = self._parts.board.conversation(conversation_id)
        if not _may_open(person, conversation.owner, conversation.agent_id):
            raise NotAllowed("这个会话由别的同事处理,或不在排队", code="forbidden")
        self._parts.staff.audit.read(person.id, "read_thread", conversation_id, _purpose(person, conversation))
        return conversation

    def messages(self, person: Person, conversation_id: str, after: int) -> View:
        self.open(person, conversation_id)
        return self._parts.conversations.view(conversation_id, after)

    def holding(self, person: Person, conversation: Conversation) -> Holding:
        names = {member.id: member.name for member in self._parts.staff.people.all()}
        mine = conversation.agent_id == person.id
        return Holding(
            holder=names.get(conversation.agent_id or "", ""),
            colleagues=self.colleagues(person) if mine else [],
            notes=[(note, names.get(note.from_agent, "")) for note in self._parts.board.notes(conversation.id)],
            replies=self._parts.supplier().replies if mine else (),
        )

    def colleagues(self, person: Person) -> list[StaffMember]:
        """Those who could take over now: their page is open and they work at the desk."""
        present = self._parts.staff.door.present()
        everybody = self._parts.staff.people.all()
        return [m for m in everybody if m.id in present and m.id != person.id and may(m.role, "desk")]

    def side(self, person: Person, conversation_id: str) -> Side:
        """Only for whoever holds the conversation, and supervisors. Restricted tickets are never among those shown."""
        conversation = self.open(person, conversation_id)
        if conversation.agent_id != person.id and not may(person.role, "oversee"):
            return Side(None, None, [])
        tickets = self._parts.fieldwork.of_conversation(conversation_id, open_only=True)
        try:
            proof = self._parts.identity.access_account(conversation_id)
        except NotAllowed:
            return Side(None, None, self._titled(tickets))
        purpose = f"{_purpose(person, conversation)} {conversation_id}"
        self._parts.staff.audit.read(person.id, "read_account", proof.account_no, purpose)
        grant = proof.grant
        if grant.allows(TICKETS):
            tickets += self._parts.fieldwork.of_account(proof, open_only=True)
        file = self._parts.identity.file(proof) if grant.allows(FILE) else None
        balance = self._balance(proof) if grant.allows(DUE) else None
        return Side(file, balance, self._titled(tickets), grant.role, may_see_balance=grant.allows(DUE))

    def _balance(self, proof: VerifiedAccount) -> Decimal | None:
        """None while the records cannot be had."""
        try:
            return self._parts.billing.balance(proof).amount
        except Unavailable:
            return None

    def _titled(self, tickets: list[TroubleTicket]) -> list[tuple[TroubleTicket, str]]:
        """Each once, with the name of its kind."""
        once = {ticket.no: ticket for ticket in tickets if not ticket.restricted}
        return [(ticket, self._parts.fieldwork.levels.kind(ticket.kind).title) for ticket in once.values()]


def _may_open(person: Person, owner: str, agent_id: str | None) -> bool:
    if may(person.role, "oversee"):
        return True
    return owner == QUEUED or (owner == AGENT and agent_id == person.id)


def _purpose(person: Person, conversation: Conversation) -> str:
    if conversation.agent_id == person.id:
        return "handling"
    return "queue" if conversation.owner == QUEUED else "oversight"
