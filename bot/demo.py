"""The demo: customers, bills, outages and tickets, dated for a day, and the people of the desk. Visitors' rows stay."""

from collections.abc import Callable
from datetime import date

from bot.billing.demo import seed as seed_customers_and_bills
from bot.bootstrap import House
from bot.fieldwork import seed_tickets
from bot.outages import seed_outages


def seed_demo(house: House, today: date, progress: Callable[[str], None]) -> None:
    """Writes what is due; a second call on the same day changes little and takes little."""
    seed_customers_and_bills(house.db, house.clock, today=today, progress=progress)
    seed_outages(house.db, house.clock, today=today)
    house.staff.seed_demo()
    seed_tickets(house.db, house.clock, today=today)
