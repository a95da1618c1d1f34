"""Seeds the supply agreement of a demo account."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.customers.agreements import parts_needed
from bot.customers.demo_data import DemoCustomer
from bot.customers.tables import DRAFT, IN_FORCE, PREPAID_REMOTE, RESIDENTIAL, CustomerAccount, CustomerAgreement


def seed_agreement(
    session: Session, customer: DemoCustomer, account: CustomerAccount, signed_on: date, today: date
) -> None:
    ends = None
    if customer.situation.agreement_ends == "next_month":
        ends = (today.replace(day=1) + timedelta(days=32)).replace(day=20)
    draft = customer.situation.agreement_draft
    prepaid = customer.settlement_mode == PREPAID_REMOTE
    missing = set(draft.missing) if draft else set()
    session.merge(
        CustomerAgreement(
            agreement_no="HT" + customer.account_no,
            account_no=customer.account_no,
            kind=_kind(customer),
            state=DRAFT if draft else IN_FORCE,
            settlement_mode=customer.settlement_mode,
            signed_on=None if draft else signed_on,
            starts_on=None if draft else signed_on,
            ends_on=ends,
            auto_renewal=ends is None,
            parts=[part for part in parts_needed(account) if part not in missing],
            warn_below=customer.warn_below if prepaid else None,
            cut_off_at=customer.cut_off_at if prepaid else None,
        )
    )


def _kind(customer: DemoCustomer) -> str:
    if customer.customer_class == RESIDENTIAL:
        return "residential"
    return "low" if customer.voltage == "low" else "high"
