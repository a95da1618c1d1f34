"""Conversations: every message stored before anything acts on it, in order, with exactly one owner."""
