"""Proving who one is."""
