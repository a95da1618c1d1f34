"""Seeds whom a demo account is reached by, and whom its holder let in."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import at_local, local_day
from bot.customers.demo_data import DemoConsent, DemoCustomer
from bot.customers.tables import Consent, Contact


def seed_people(session: Session, customer: DemoCustomer, now: datetime) -> None:
    if session.get(Contact, (customer.account_no, customer.registered_phone)) is None:  # else the desk's word holds
        session.add(
            Contact(
                account_no=customer.account_no,
                phone=customer.registered_phone,
                registered=True,
                name=customer.contact_name or customer.holder,
                role="agent" if customer.contact_name else "holder",
            )
        )
    for consent in customer.consents:
        _seed_consent(session, customer, consent, now)


def _seed_consent(session: Session, customer: DemoCustomer, consent: DemoConsent, now: datetime) -> None:
    """Dated again at each call; one that was ended meanwhile stays ended."""
    key = f"demo:{customer.account_no}:{consent.phone}"
    row = session.scalar(select(Consent).where(Consent.request_key == key))
    if row is None:
        row = Consent(request_key=key, account_no=customer.account_no, given_by="holder")
        session.add(row)
    today = local_day(now)
    row.phone, row.name, row.role, row.scope = consent.phone, consent.name, consent.role, consent.scope
    row.starts_on = today - timedelta(days=consent.began_days_ago)
    row.ends_on = today + timedelta(days=consent.ends_in_days) if consent.ends_in_days else None
    row.given_at = at_local(row.starts_on, 10)
