"""Outages: what is planned and what has failed, on any level of the network, and whom it touches."""

from bot.outages.service import Outages, OutageView

__all__ = ["OutageView", "Outages"]
