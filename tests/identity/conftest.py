"""Fixtures with the demo customers."""

from tests.demo_data import billing, customers, identity, phones, seeded, seeded_file  # noqa: F401
