"""Codes of an authenticator app (RFC 6238). No secret is stored: it follows from a nonce and our own secret."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
DRIFT = (0, -1, 1)


def secret_of(installation_secret: bytes, nonce: str) -> bytes:
    return hmac.new(installation_secret, f"totp:{nonce}".encode(), hashlib.sha256).digest()[:SECRET_BYTES]


def code_at(secret: bytes, step: int) -> str:
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, typed: str, now: datetime) -> int | None:
    """The time step a typed code belongs to, of the present one and its neighbours; None for a wrong code."""
    present = int(now.timestamp()) // STEP_SECONDS
    typed = typed.replace(" ", "")
    fitting = [
        step
        for step in (present + d for d in DRIFT)
        if hmac.compare_digest(code_at(secret, step).encode(), typed.encode())
    ]
    return fitting[0] if fitting else None


def shown(secret: bytes) -> str:
    """The secret as a person types it into the app."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, login: str) -> str:
    """The secret as an app reads it from a link."""
    return f"otpauth://totp/Lamplighter:{quote(login)}?secret={shown(secret)}&issuer=Lamplighter"
