"""Who the supplier is: names, hotline, offices, who looks after whom, when people are there.

Read from data/supplier; what is not known is None and said so. Nothing of one supplier is in code.
"""

from bot.supplier.duty import ALWAYS, Duty, OnDuty, always
from bot.supplier.files import DEMO_FOLDER, FOLDER, SupplierFiles, load_calendar, load_supplier
from bot.supplier.holidays import WorkCalendar
from bot.supplier.hours import Hours
from bot.supplier.places import Manager, Office, Served, Station
from bot.supplier.profile import AlarmRecipient, CannedReply
from bot.supplier.referrals import Referrals, load_referrals
from bot.supplier.supplier import Supplier, Unfilled

__all__ = [
    "ALWAYS",
    "DEMO_FOLDER",
    "FOLDER",
    "AlarmRecipient",
    "CannedReply",
    "Duty",
    "Hours",
    "Manager",
    "Office",
    "OnDuty",
    "Referrals",
    "Served",
    "Station",
    "Supplier",
    "SupplierFiles",
    "Unfilled",
    "WorkCalendar",
    "always",
    "load_calendar",
    "load_referrals",
    "load_supplier",
]
