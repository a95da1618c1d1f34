"""Billing: exact dated tariffs, bills, balances, payments, use, and why a bill is higher than the one before."""

from bot.billing.figures import tariff_figures
from bot.billing.service import Billing
from bot.billing.tariffs import Tariffs, load_tariffs

__all__ = ["Billing", "Tariffs", "load_tariffs", "tariff_figures"]
