"""Policies: text files that answer customers in their own words, with source and date. Nothing is generated."""

from bot.knowledge.library import PolicyLibrary
from bot.knowledge.policy import Policy, Source
from bot.knowledge.service import Answer, Knowledge

__all__ = ["Answer", "Knowledge", "Policy", "PolicyLibrary", "Source"]
