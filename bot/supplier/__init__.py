"""Who the supplier is: names, hotline, offices. Read from data/supplier; what is not known is None and said so."""

from bot.supplier.profile import Supplier, load_supplier

__all__ = ["Supplier", "load_supplier"]
