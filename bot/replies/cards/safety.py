"""Danger. The words come from data/safety, verbatim."""
