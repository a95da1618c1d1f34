"""Outages and notices of them."""
