"""Going on elsewhere: a conversation of the web is gone on with in WeChat by a code that was shown in it.

The code is eight digits, holds ten minutes and is good once. It is never stored: it follows from a nonce and the
installation's secret. From then on both channels show one conversation, and answers go where the customer wrote last.
"""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import Literal

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.conversations.states import BOT, CLOSED
from bot.conversations.tables import WAITING, ChannelAddress, Conversation, JoinCode, Turn
from bot.storage.engine import Database

VALID = timedelta(minutes=10)
VALID_MINUTES = 10
DIGITS = 8
WORD = "接着办"
_ASKED = re.compile(rf"\s*{WORD}\s*[:: ]?\s*(\d{{{DIGITS}}})\s*[。.]?\s*")
Outcome = Literal["joined", "unknown", "busy"]


def read_join_code(text: str) -> str | None:
    """The code in "接着办 12345678"; None for anything else."""
    found = _ASKED.fullmatch(text)
    return found.group(1) if found else None


class Joining:
    def __init__(self, db: Database, clock: Clock, secret: bytes) -> None:
        self._db = db
        self._clock = clock
        self._secret = secret

    def offer(self, conversation_id: str, request_key: str) -> str:
        """The code by which this conversation is gone on with; the same request gets the same one."""
        with self._db.write() as session:
            session.get_one(Conversation, conversation_id, with_for_update=True)  # one request at a time
            row = session.get(JoinCode, request_key)
            if row is None:
                nonce = secrets.token_hex(16)
                row = JoinCode(
                    request_key=request_key,
                    conversation_id=conversation_id,
                    nonce=nonce,
                    code_key=self._key(self._code(nonce)),
                    expires_at=self._clock.now() + VALID,
                )
                session.add(row)
            return self._code(row.nonce)

    def join(self, channel: str, address: str, code: str) -> tuple[Outcome, str]:
        """Moves an address into the conversation of the code; what came of it, and the conversation.

        Busy: a person is at work, or an answer is still owed, in the conversation the address has now.
        """
        now = self._clock.now()
        with self._db.write() as session:
            row = session.scalar(
                select(JoinCode)
                .where(JoinCode.code_key == self._key(code), JoinCode.expires_at > now)
                .with_for_update()
            )
            held = session.get(ChannelAddress, (channel, address), with_for_update=True)
            if row is None or (row.used_at is not None and not _is_there(held, row)):
                return "unknown", ""
            if held is not None and held.conversation_id != row.conversation_id:
                if self._busy(session, held.conversation_id):
                    return "busy", held.conversation_id
                _leave(session, held.conversation_id)
                held.conversation_id = row.conversation_id
            elif held is None:
                session.add(
                    ChannelAddress(channel=channel, address=address, conversation_id=row.conversation_id, since=now)
                )
            row.used_at = now
            return "joined", row.conversation_id

    def _busy(self, session: Session, conversation_id: str) -> bool:
        conversation = session.get_one(Conversation, conversation_id, with_for_update=True)
        owed = select(exists().where(Turn.conversation_id == conversation_id, Turn.state == WAITING))
        return conversation.owner not in (BOT, CLOSED) or bool(session.scalar(owed))

    def _code(self, nonce: str) -> str:
        digest = hmac.new(self._secret, f"join:{nonce}".encode(), hashlib.sha256).digest()
        return str(int.from_bytes(digest, "big") % 10**DIGITS).zfill(DIGITS)

    def _key(self, code: str) -> str:
        return hmac.new(self._secret, f"join-key:{code}".encode(), hashlib.sha256).hexdigest()


def _is_there(held: ChannelAddress | None, row: JoinCode) -> bool:
    """The address has joined already, and its call comes again."""
    return held is not None and held.conversation_id == row.conversation_id


def _leave(session: Session, conversation_id: str) -> None:
    """Nothing more is sent out of the conversation the address had."""
    left = update(Conversation).where(Conversation.id == conversation_id)
    session.execute(left.values(channel="web", address=None), execution_options={"synchronize_session": "fetch"})
