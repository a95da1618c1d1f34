"""Customers: accounts, agreements, service locations, usage points, the network, contacts, classes, readings."""

from bot.customers.book import Customers

__all__ = ["Customers"]
