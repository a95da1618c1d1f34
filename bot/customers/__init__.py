"""Customers: accounts, agreements, service locations, usage points, the network, contacts, classes, readings."""

from bot.customers.axes import axes_of
from bot.customers.book import Customers
from bot.customers.service_matrix import ServiceMatrix, ServiceOffer, load_service_matrix

__all__ = ["Customers", "ServiceMatrix", "ServiceOffer", "axes_of", "load_service_matrix"]
