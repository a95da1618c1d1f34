"""Reading the customer records. Not a door: who may hear what is read here is decided by identity and the features."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, or_, select

from bot.clock import Clock, local_day
from bot.customers.metering import Meter
from bot.customers.tables import (
    AccountAlias,
    ArrearsNotice,
    Contact,
    CustomerAccount,
    CustomerAgreement,
    NetworkNode,
    ServiceLocation,
    SupplyCommand,
    UsagePoint,
)
from bot.errors import NotFound
from bot.storage.engine import Database

T = TypeVar("T")


class Customers:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def account(self, account_no: str) -> CustomerAccount:
        with self._db.read() as session:
            account = session.get(CustomerAccount, account_no)
        if account is None:
            raise NotFound("没有这个户号", code="no_account")
        return account

    def account_of(self, number: str) -> str | None:
        """The account behind an account number, a former number or a meter number."""
        with self._db.read() as session:
            return (
                session.scalar(select(CustomerAccount.account_no).where(CustomerAccount.account_no == number))
                or session.scalar(select(AccountAlias.account_no).where(AccountAlias.alias == number))
                or session.scalar(select(Meter.account_no).where(Meter.meter_no == number, Meter.removed_on.is_(None)))
            )

    def former_numbers(self, account_no: str) -> list[str]:
        return self._all(select(AccountAlias.alias).where(AccountAlias.account_no == account_no))

    def accounts_of_phone(self, phone: str) -> list[str]:
        """Accounts this phone is registered for today, in order of their numbers."""
        today = local_day(self._clock.now())
        with self._db.read() as session:
            return list(
                session.scalars(
                    select(Contact.account_no)
                    .where(Contact.phone == phone, Contact.registered.is_(True))
                    .where(or_(Contact.consent_until.is_(None), Contact.consent_until >= today))
                    .order_by(Contact.account_no)
                )
            )

    def registered_phone(self, account_no: str) -> str | None:
        """The phone one-time codes of an account go to: its holder's before anybody else's."""
        registered = self.registered_contacts(account_no)
        registered.sort(key=lambda contact: (contact.role != "holder", contact.phone))
        return registered[0].phone if registered else None

    def registered_contacts(self, account_no: str) -> list[Contact]:
        """Those who may prove the account by their phone today."""
        today = local_day(self._clock.now())
        return [c for c in self.contacts(account_no) if c.registered and (c.consent_until or today) >= today]

    def contacts(self, account_no: str) -> list[Contact]:
        return self._all(select(Contact).where(Contact.account_no == account_no).order_by(Contact.phone))

    def location(self, account_no: str) -> ServiceLocation | None:
        with self._db.read() as session:
            return session.get(ServiceLocation, account_no)

    def usage_points(self, account_no: str) -> list[UsagePoint]:
        """The main supply first."""
        query = select(UsagePoint).where(UsagePoint.account_no == account_no)
        return self._all(query.order_by(UsagePoint.role.desc(), UsagePoint.code))

    def meters(self, account_no: str) -> list[Meter]:
        """The meters in place; exchanged ones are left out."""
        query = select(Meter).where(Meter.account_no == account_no, Meter.removed_on.is_(None)).order_by(Meter.meter_no)
        return self._all(query)

    def agreements(self, account_no: str) -> list[CustomerAgreement]:
        query = select(CustomerAgreement).where(CustomerAgreement.account_no == account_no)
        return self._all(query.order_by(CustomerAgreement.signed_on))

    def supply_commands(self, account_no: str) -> list[SupplyCommand]:
        """Remote disconnections and reconnections, the newest first."""
        query = select(SupplyCommand).where(SupplyCommand.account_no == account_no)
        return self._all(query.order_by(SupplyCommand.at.desc(), SupplyCommand.command_no.desc()))

    def arrears_notices(self, account_no: str) -> list[ArrearsNotice]:
        return self._all(select(ArrearsNotice).where(ArrearsNotice.account_no == account_no).order_by(ArrearsNotice.at))

    def node(self, code: str) -> NetworkNode | None:
        with self._db.read() as session:
            return session.get(NetworkNode, code)

    def accounts_below(self, *codes: str) -> list[str]:
        """Accounts supplied through any of these pieces of the network, whatever their level."""
        point = UsagePoint
        levels = (point.substation, point.feeder, point.section, point.transformer, point.branch, point.box, point.code)
        query = select(point.account_no).where(or_(*(level.in_(codes) for level in levels)))
        return self._all(query.distinct().order_by(point.account_no))

    def accounts_in(self, village: str) -> list[str]:
        """Accounts of a village or estate."""
        query = select(ServiceLocation.account_no).where(ServiceLocation.village == village)
        return self._all(query.order_by(ServiceLocation.account_no))

    def silent_meters(self, account_nos: Sequence[str], longer_than: timedelta) -> list[Meter]:
        """Meters of these accounts that have not been seen for a while."""
        since: datetime = self._clock.now() - longer_than
        query = select(Meter).where(Meter.account_no.in_(account_nos), Meter.last_seen < since)
        return self._all(query.where(Meter.removed_on.is_(None)))

    def _all(self, query: Select[T]) -> list[T]:
        with self._db.read() as session:
            return list(session.scalars(query))
