"""Opening a customer's account at the desk: on what ground, and on the audit trail before anything is shown.

Either the holder has proved the account in a conversation this person has in hand, or they say why they open it.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from bot.conversations.states import AGENT
from bot.desk.parts import Parts
from bot.errors import InvalidInput, LamplighterError, NotAllowed, NotFound
from bot.identity.reach import Reach
from bot.staff import Person, may

LONGEST_NUMBER = 32
NO_REASON = "no_reason"
UNPROVED = "户主在这次会话中没有验证身份(或验证已失效),请从“户号”打开这一户,选明原因"
# counter: the customer stands at the counter · deputy: somebody for them · call: on the telephone
# chat: in a conversation · check: looking after the records
REASONS = ("counter", "deputy", "call", "chat", "check")


@dataclass(frozen=True)
class Ground:
    """Why an account is opened: `why` (of `REASONS`; empty: its holder proved it) and in which conversation, if any."""

    why: str = ""
    conversation_id: str = ""

    @property
    def query(self) -> str:
        """As it stands in the address of the page and of every form on it."""
        given = {"why": self.why, "c": self.conversation_id}
        return urlencode({name: value for name, value in given.items() if value})


class Opening:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def find(self, person: Person, typed: str, ground: Ground) -> str:
        """The account behind a number somebody typed."""
        self._check_reason(person, ground)
        account_no = self._parts.identity.account_at_desk(typed)
        if account_no is None:
            raise InvalidInput("没有找到。请核对户号(10 或 13 位)、原户号或电表号", code="no_account")
        return account_no

    def open(self, person: Person, account_no: str, ground: Ground) -> Reach:
        """What is shown, noted before. A number that leads to no account is noted as well."""
        if not account_no.isalnum() or len(account_no) > LONGEST_NUMBER:
            raise NotFound("没有这个户号", code="no_account")
        purpose = self.purpose(person, account_no, ground)
        self._parts.staff.audit.read(person.id, "read_identity", account_no, purpose)
        return self._parts.identity.reach(account_no)

    def purpose(self, person: Person, account_no: str, ground: Ground) -> str:
        """What the opening is for, as the trail has it; refused without a ground."""
        if not ground.why and self._proved(person, account_no, ground.conversation_id):
            return f"handling {ground.conversation_id}"
        self._check_reason(person, ground)
        return f"{ground.why} {ground.conversation_id}".strip()

    def _check_reason(self, person: Person, ground: Ground) -> None:
        if ground.why not in REASONS:
            raise InvalidInput(UNPROVED if ground.conversation_id else "请选为什么要打开这一户", code=NO_REASON)
        if ground.conversation_id and not self._in_hand(person, ground.conversation_id):
            raise NotAllowed("这个会话不在您手上,请从页面上方“户号”打开", code="not_in_hand")

    def _proved(self, person: Person, account_no: str, conversation_id: str) -> bool:
        """Whether the holder has proved this account in a conversation of this person. A guest's proof is no ground."""
        if not conversation_id or not self._in_hand(person, conversation_id):
            return False
        try:
            return self._parts.identity.access_account(conversation_id, account_no).grant.whole
        except LamplighterError:
            return False

    def _in_hand(self, person: Person, conversation_id: str) -> bool:
        conversation = self._parts.board.conversation(conversation_id)
        return may(person.role, "oversee") or (conversation.owner == AGENT and conversation.agent_id == person.id)
