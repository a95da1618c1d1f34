"""Tokens nobody can guess: given out once, kept as a hash."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def keyed(secret: bytes, kind: str, value: str) -> str:
    """A keyed hash: the same value gives the same key, and the key gives nothing back."""
    return hmac.new(secret, f"{kind}:{value}".encode(errors="replace"), hashlib.sha256).hexdigest()
