"""Outages: planned and unplanned on every level of the network, whom they touch, and what may be told of them."""

from bot.outages.demo import seed_outages
from bot.outages.places import NetworkPlace, Places
from bot.outages.service import OutageNews, Outages

__all__ = ["NetworkPlace", "OutageNews", "Outages", "Places", "seed_outages"]
