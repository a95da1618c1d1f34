"""Getting a supplier's real data in: tables from CSV and Excel, checked line by line and written in bulk."""

from bot.importing.service import Importing, Outcome

__all__ = ["Importing", "Outcome"]
