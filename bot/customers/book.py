"""Reading the customer records. Not a door: who may hear what is read here is decided by identity and the features."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, or_, select

from bot.clock import Clock, local_day
from bot.customers.metering import MONTH, Meter, MeterExchange, MeterReading, MeterTest
from bot.customers.network import MAIN, NetworkNode, SupplyPoint, UsagePoint
from bot.customers.numbers import by_number, by_phone, consented, registered
from bot.customers.tables import (
    IN_FORCE,
    POSTPAID,
    AccountAlias,
    ArrearsNotice,
    Consent,
    Contact,
    CustomerAccount,
    CustomerAgreement,
    ServiceLocation,
    SupplyCommand,
)
from bot.customers.trend import Trend, trend_of
from bot.errors import NotFound
from bot.language import normalise
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
            return session.scalar(by_number(number))

    def former_numbers(self, account_no: str) -> list[str]:
        return self._all(select(AccountAlias.alias).where(AccountAlias.account_no == account_no))

    def accounts_of_phone(self, phone: str) -> list[str]:
        """Accounts this phone is registered for or has consent to today, in order of their numbers."""
        return self._all(by_phone(phone, self._clock.now()))

    def registered_phone(self, account_no: str) -> str | None:
        """The phone one-time codes of an account go to: its holder's before anybody else's."""
        registered = self.registered_contacts(account_no)
        registered.sort(key=lambda contact: (contact.role != "holder", contact.phone))
        return registered[0].phone if registered else None

    def registered_contacts(self, account_no: str) -> list[Contact]:
        """Those whose phone proves the whole account."""
        return self._all(registered().where(Contact.account_no == account_no).order_by(Contact.phone))

    def consents(self, account_no: str) -> list[Consent]:
        """The consents that hold today, the oldest first."""
        query = consented(self._clock.now()).where(Consent.account_no == account_no)
        return self._all(query.order_by(Consent.id))

    def contacts(self, account_no: str) -> list[Contact]:
        return self._all(select(Contact).where(Contact.account_no == account_no).order_by(Contact.phone))

    def location(self, account_no: str) -> ServiceLocation | None:
        with self._db.read() as session:
            return session.get(ServiceLocation, account_no)

    def usage_points(self, account_no: str) -> list[UsagePoint]:
        return self._all(select(UsagePoint).where(UsagePoint.account_no == account_no).order_by(UsagePoint.code))

    def supply_points(self, account_no: str) -> list[SupplyPoint]:
        """The ways this account is supplied, the main one first."""
        query = select(SupplyPoint).join(UsagePoint, UsagePoint.code == SupplyPoint.usage_point)
        query = query.where(UsagePoint.account_no == account_no)
        return self._all(query.order_by(SupplyPoint.role != MAIN, SupplyPoint.code))

    def meters(self, account_no: str) -> list[Meter]:
        """The meters in place; exchanged ones are left out."""
        query = select(Meter).where(Meter.account_no == account_no, Meter.removed_on.is_(None)).order_by(Meter.meter_no)
        return self._all(query)

    def meter_exchanges(self, account_no: str) -> list[MeterExchange]:
        """The oldest first."""
        query = select(MeterExchange).where(MeterExchange.account_no == account_no)
        return self._all(query.order_by(MeterExchange.exchanged_on))

    def meter_tests(self, account_no: str) -> list[MeterTest]:
        return self._all(select(MeterTest).where(MeterTest.account_no == account_no).order_by(MeterTest.tested_on))

    def trend(self, account_no: str) -> Trend | None:
        """Use of the last year and the one before, from month-end readings and those at meter exchanges."""
        changed = select(MeterExchange.exchanged_on).where(MeterExchange.account_no == account_no)
        query = select(MeterReading, Meter.multiplier).join(Meter, Meter.meter_no == MeterReading.meter_no)
        query = query.where(Meter.account_no == account_no)
        query = query.where(or_(MeterReading.kind == MONTH, MeterReading.read_on.in_(changed)))
        with self._db.read() as session:
            return trend_of([(reading, multiplier) for reading, multiplier in session.execute(query)])

    def agreements(self, account_no: str) -> list[CustomerAgreement]:
        """The newest last; one that is only drafted before those in force."""
        query = select(CustomerAgreement).where(CustomerAgreement.account_no == account_no)
        return self._all(query.order_by(CustomerAgreement.state == IN_FORCE, CustomerAgreement.starts_on))

    def settlement_mode(self, account_no: str) -> str:
        """As the agreement in force has it; without one on file, postpaid."""
        today = local_day(self._clock.now())
        in_force = [a for a in self.agreements(account_no) if a.state == IN_FORCE and (a.starts_on or today) <= today]
        return in_force[-1].settlement_mode if in_force else POSTPAID

    def supply_commands(self, account_no: str) -> list[SupplyCommand]:
        """Remote disconnections and reconnections, the newest first."""
        query = select(SupplyCommand).where(SupplyCommand.account_no == account_no)
        return self._all(query.order_by(SupplyCommand.at.desc(), SupplyCommand.command_no.desc()))

    def arrears_notices(self, account_no: str) -> list[ArrearsNotice]:
        return self._all(select(ArrearsNotice).where(ArrearsNotice.account_no == account_no).order_by(ArrearsNotice.at))

    def node(self, code: str) -> NetworkNode | None:
        with self._db.read() as session:
            return session.get(NetworkNode, code)

    def transformer_serving(self, text: str) -> NetworkNode | None:
        """The transformer behind a village or estate that a text names and where nobody has an account of their own."""
        said = normalise(text)
        nodes = self._all(select(NetworkNode).where(NetworkNode.level == "transformer").order_by(NetworkNode.code))
        return next((node for node in nodes if any(normalise(name) in said for name in node.serves)), None)

    def accounts_below(self, *codes: str) -> list[str]:
        """Accounts supplied through any of these pieces of the network, whatever their level."""
        way = SupplyPoint
        levels = (way.substation, way.feeder, way.section, way.transformer, way.branch, way.box, way.usage_point)
        query = select(UsagePoint.account_no).join(way, way.usage_point == UsagePoint.code)
        query = query.where(or_(*(level.in_(codes) for level in levels)))
        return self._all(query.distinct().order_by(UsagePoint.account_no))

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
