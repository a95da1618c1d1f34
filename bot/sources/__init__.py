"""Where account and billing data comes from: the built-in tables alone, or a supplier's own service behind them."""

from bot.sources.client import ServiceClient
from bot.sources.ports import AccountSource
from bot.sources.service import SourcedIdentity, SupplierService

__all__ = ["AccountSource", "ServiceClient", "SourcedIdentity", "SupplierService"]
