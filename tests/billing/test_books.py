"""Writing is idempotent by natural keys, and what was issued is never rewritten."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.billing import load_tariffs
from bot.billing.books import (
    bill_lines,
    enter_bill,
    enter_invoice,
    enter_payment,
    enter_reading,
    enter_settlement,
)
from bot.billing.engine import Terms, Use, price_period
from bot.billing.tables import Bill, BillLine, ExportSettlement, Invoice, Payment
from bot.customers.metering import Meter, MeterReading
from bot.customers.network import UsagePoint
from bot.customers.tables import CustomerAccount
from bot.errors import Conflict, InvalidInput
from bot.storage.engine import Database

ACCOUNT, AT = "4109990001", datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def session(any_db: Database) -> Iterator[Session]:
    with any_db.write() as opened:
        opened.add(CustomerAccount(account_no=ACCOUNT, holder="测试", tariff_code="residential_steps"))
        opened.flush()
        yield opened


def bill(kwh: str = "100") -> Bill:
    use = Use(date(2026, 10, 1), date(2026, 10, 31), {"flat": Decimal(kwh)})
    priced = price_period(load_tariffs().on("residential_steps", use.end), use, Terms())
    return Bill(
        bill_no="B1",
        account_no=ACCOUNT,
        month=date(2026, 10, 1),
        period_start=use.start,
        period_end=use.end,
        issued_on=date(2026, 11, 2),
        due_on=date(2026, 11, 20),
        kwh=use.kwh,
        amount=priced.total,
        tariff_code="residential_steps",
        tariff_name="居民阶梯电价",
        lines=bill_lines(priced.lines),
    )


def payment(state: str = "pending", amount: str = "56.00") -> Payment:
    posted = AT if state != "pending" else None
    return Payment(
        payment_no="P1",
        account_no=ACCOUNT,
        amount=Decimal(amount),
        channel="wechat",
        state=state,
        paid_at=AT,
        posted_at=posted,
    )


def test_a_bill_is_entered_once(session: Session) -> None:
    assert enter_bill(session, bill())
    session.flush()
    assert not enter_bill(session, bill())
    assert session.scalar(select(func.count()).select_from(BillLine)) == 1


def test_an_issued_bill_is_not_rewritten(session: Session) -> None:
    enter_bill(session, bill())
    session.flush()
    with pytest.raises(Conflict):
        enter_bill(session, bill("101"))


def test_a_bill_that_does_not_add_up_is_refused(session: Session) -> None:
    wrong = bill()
    wrong.amount += Decimal("0.01")
    with pytest.raises(InvalidInput) as refused:
        enter_bill(session, wrong)
    assert refused.value.code == "bill_does_not_add_up"


@pytest.mark.parametrize(("field", "value"), [("source", " "), ("source_date", None)])
def test_a_line_without_a_dated_source_is_refused(session: Session, field: str, value: object) -> None:
    wrong = bill()
    setattr(wrong.lines[0], field, value)
    with pytest.raises(InvalidInput) as refused:
        enter_bill(session, wrong)
    assert refused.value.code == "no_source"


def test_a_payment_only_goes_on(session: Session) -> None:
    assert enter_payment(session, payment())
    session.flush()
    assert enter_payment(session, payment("posted"))
    assert not enter_payment(session, payment("posted"))
    assert enter_payment(session, payment("reversed"))
    with pytest.raises(Conflict):
        enter_payment(session, payment("posted"))
    with pytest.raises(Conflict):
        enter_payment(session, payment("reversed", "57.00"))


def test_an_estimated_reading_gives_way_to_a_real_one(session: Session) -> None:

    session.add(UsagePoint(code="U1", account_no=ACCOUNT))
    session.flush()
    session.add(Meter(meter_no="M1", account_no=ACCOUNT, usage_point="U1", installed_on=date(2026, 1, 1)))

    def reading(total: str, method: str) -> MeterReading:
        return MeterReading(
            meter_no="M1", kind="month", read_on=date(2026, 10, 31), total=Decimal(total), method=method
        )

    session.flush()
    assert enter_reading(session, reading("100", "estimated"))
    session.flush()
    assert enter_reading(session, reading("103", "late"))
    assert not enter_reading(session, reading("103", "late"))
    with pytest.raises(Conflict):
        enter_reading(session, reading("104", "manual"))


def test_invoices_and_settlements_are_entered_once(session: Session) -> None:
    enter_bill(session, bill())
    session.flush()

    def invoice(amount: str) -> Invoice:
        return Invoice(
            invoice_no="F1",
            account_no=ACCOUNT,
            bill_no="B1",
            kind="electronic",
            title="测试",
            amount=Decimal(amount),
            issued_on=date(2026, 11, 5),
        )

    def settlement(state: str, paid: date | None = None) -> ExportSettlement:
        return ExportSettlement(
            settlement_no="S1",
            account_no=ACCOUNT,
            month=date(2026, 10, 1),
            period_start=date(2026, 10, 1),
            period_end=date(2026, 10, 31),
            issued_on=date(2026, 11, 2),
            kwh=Decimal(640),
            label="上网电费",
            unit_price=Decimal("0.3779"),
            amount=Decimal("241.86"),
            source="示范数值",
            source_date=date(2020, 1, 1),
            mark="demo",
            state=state,
            paid_on=paid,
        )

    assert enter_invoice(session, invoice("56.00")) and enter_settlement(session, settlement("pending"))
    session.flush()
    assert not enter_invoice(session, invoice("56.00")) and not enter_settlement(session, settlement("pending"))
    assert enter_settlement(session, settlement("paid", date(2026, 11, 17)))
    with pytest.raises(Conflict):
        enter_invoice(session, invoice("57.00"))
    with pytest.raises(Conflict):
        enter_settlement(session, settlement("pending"))
