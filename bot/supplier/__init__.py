"""Who the supplier is: names, hotline, offices. Read from data/supplier; what is not known is None and said so."""

from bot.supplier.profile import Supplier, load_supplier
from bot.supplier.referrals import Referrals, load_referrals

__all__ = ["Referrals", "Supplier", "load_referrals", "load_supplier"]
