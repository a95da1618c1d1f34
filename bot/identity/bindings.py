"""Addresses of channels (openid) bound to accounts: level 1 without a code, while the proof behind them holds."""

from collections.abc import Collection, Iterable
from typing import Protocol

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import InvalidInput, NotFound
from bot.identity.changes import HOLDER, Changes, StaffAct, by_staff
from bot.identity.grants import DUE
from bot.identity.proof import ProvenPhone, VerifiedAccount
from bot.identity.tables import ChannelBinding
from bot.storage.engine import Database

SMS = "sms"


class Phones(Protocol):
    """What bindings ask identity: whose account a phone may prove now."""

    def accounts_of_proven_phone(self, phone: str) -> tuple[ProvenPhone, ...]: ...
    def proven_by(self, phone_key: str, account_nos: Iterable[str]) -> tuple[ProvenPhone, ...]: ...


class Bindings:
    def __init__(self, db: Database, clock: Clock, changes: Changes, phones: Phones) -> None:
        self._db = db
        self._clock = clock
        self._changes = changes
        self._phones = phones

    def bind(self, channel: str, address: str, account_no: str, proof: VerifiedAccount, *, request_key: str) -> None:
        """Binds an address to the account of a proof; again is nothing new. SMS needs none: the phone is known."""
        if proof.opens(self._clock, DUE) != account_no or not channel or not address or channel == SMS:
            raise InvalidInput("这里不能绑定这个户号", code="cannot_bind")
        with self._db.write() as session:
            if self._changes.known(session, request_key):
                return
            known = session.get(ChannelBinding, (channel, address, account_no), with_for_update=True)
            if known is not None and known.ended_at is None and known.phone_key == proof.phone_key:
                return
            self._changes.record(session, account_no, "bound", proof.grant.role, request_key)
            session.merge(
                ChannelBinding(
                    channel=channel,
                    address=address,
                    account_no=account_no,
                    phone_key=proof.phone_key,
                    bound_at=self._clock.now(),
                    ended_at=None,
                )
            )

    def unbind(self, channel: str, address: str, account_no: str, *, request_key: str) -> None:
        """By whoever writes from that address: giving something up needs no code."""
        with self._db.write() as session:
            if self._changes.known(session, request_key):
                return
            binding = session.get(ChannelBinding, (channel, address, account_no), with_for_update=True)
            if binding is None or binding.ended_at is not None:
                raise NotFound("没有绑定这个户号", code="not_bound")
            self._end(session, [binding], HOLDER, request_key)

    def unbind_others(self, proof: VerifiedAccount, channel: str, address: str | None, *, request_key: str) -> int:
        """Ends every other binding of the holder's account ("somebody else bound my meter"); how many there were."""
        account_no = proof.opens(self._clock)
        with self._db.write() as session:
            if self._changes.known(session, request_key):
                return 0
            others = [
                row for row in session.scalars(_active(account_no)) if (row.channel, row.address) != (channel, address)
            ]
            if others:
                self._end(session, others, HOLDER, request_key)
            return len(others)

    def unbind_at_desk(self, account_no: str, addresses: Collection[tuple[str, str]], act: StaffAct) -> None:
        """Ends these bindings (channel, address), by staff: "that is not my WeChat"."""
        with self._db.write() as session:
            if not self._changes.opens(session, account_no, act):
                return
            bound = [row for row in session.scalars(_active(account_no)) if (row.channel, row.address) in addresses]
            if not bound:
                raise NotFound("没有绑定这个户号", code="not_bound")
            self._end(session, bound, by_staff(act.staff_id), act.request_key)

    def accounts_of(self, channel: str, address: str) -> tuple[ProvenPhone, ...]:
        """Level 1: the accounts this address may hear of now, in order of their numbers."""
        if channel == SMS:
            return self._phones.accounts_of_proven_phone(address)
        query = select(ChannelBinding).where(
            ChannelBinding.channel == channel, ChannelBinding.address == address, ChannelBinding.ended_at.is_(None)
        )
        with self._db.read() as session:
            rows = session.scalars(query.order_by(ChannelBinding.account_no)).all()
        return tuple(proof for row in rows for proof in self._phones.proven_by(row.phone_key, [row.account_no]))

    def addresses_of(self, account_no: str) -> list[tuple[str, str]]:
        """Where notices about an account may go besides its contacts' phones: (channel, address)."""
        return [
            (row.channel, row.address)
            for row in self.rows(account_no)
            if self._phones.proven_by(row.phone_key, [account_no])
        ]

    def rows(self, account_no: str) -> list[ChannelBinding]:
        """Every binding that was not ended, those included whose phone proves nothing any more."""
        with self._db.read() as session:
            return list(session.scalars(_active(account_no)))

    def _end(self, session: Session, bindings: list[ChannelBinding], by: str, request_key: str) -> None:
        account_no = bindings[0].account_no
        self._changes.record(session, account_no, "unbound", by, request_key)
        for row in bindings:
            session.execute(
                update(ChannelBinding)
                .where(
                    ChannelBinding.channel == row.channel,
                    ChannelBinding.address == row.address,
                    ChannelBinding.account_no == account_no,
                )
                .values(ended_at=self._clock.now())
            )


def _active(account_no: str) -> Select[ChannelBinding]:
    query = select(ChannelBinding).where(ChannelBinding.account_no == account_no, ChannelBinding.ended_at.is_(None))
    return query.order_by(ChannelBinding.channel, ChannelBinding.address)
