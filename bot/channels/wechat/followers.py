"""Followers and the accounts they have bound: telling them by another way that something waits, and letting them go."""

from collections.abc import Callable

from bot.channels.wechat.media import CHANNEL
from bot.channels.wechat.profile import WechatProfile
from bot.channels.wechat.words import word
from bot.clock import Clock, NewId
from bot.conversations.outbox import Outbox
from bot.errors import LamplighterError
from bot.identity import Identity
from bot.storage.engine import Database
from bot.supplier import Supplier

WAITING = "message_waiting"


class Followers:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        new_id: NewId,
        outbox: Outbox,
        identity: Identity,
        profile: WechatProfile,
        supplier: Callable[[], Supplier],
    ) -> None:
        self._db = db
        self._clock = clock
        self._new_id = new_id
        self._outbox = outbox
        self._identity = identity
        self._profile = profile
        self._supplier = supplier

    def tell_elsewhere(self, openid: str) -> None:
        """Something waits that WeChat lets us not send: by a template message, else by SMS to the phone bound with.

        Who has bound nothing reads it when they write again.
        """
        supplier = self._supplier()
        text = word("waiting", name=supplier.short_name, hotline=supplier.hotline)
        if WAITING in self._profile.notices:
            channel, address = CHANNEL, openid
        else:
            phone = self._phone_of(openid)
            if phone is None:
                return
            channel, address = "sms", phone
        with self._db.write() as session:
            self._outbox.put(
                session,
                channel=channel,
                address=address,
                kind=WAITING,
                text=text,
                data={"what": text, "name": supplier.short_name, "hotline": supplier.hotline},
                request_key=f"{WAITING}:{self._new_id()}",
            )

    def bind_joined(self, openid: str, conversation_id: str) -> str:
        """Binds the account this conversation has proved; empty where it has proved none (any more)."""
        try:
            proof = self._identity.access_account(conversation_id)
            key = f"joined:{conversation_id}:{openid}:{proof.account_no}:{int(proof.expires_at.timestamp())}"
            self._identity.bindings.bind(CHANNEL, openid, proof.account_no, proof, request_key=key)
        except LamplighterError:
            return ""
        return proof.account_no

    def left(self, openid: str) -> None:
        """Who stops following is told nothing any more: every binding ends."""
        at = int(self._clock.now().timestamp())
        for proof in self._identity.bindings.accounts_of(CHANNEL, openid):
            key = f"unfollowed:{openid}:{proof.account_no}:{at}"
            self._identity.bindings.unbind(CHANNEL, openid, proof.account_no, request_key=key)

    def _phone_of(self, openid: str) -> str | None:
        for proof in self._identity.bindings.accounts_of(CHANNEL, openid):
            try:
                return self._identity.phone_behind(proof)
            except LamplighterError:
                continue  # this proof reaches too little
        return None
