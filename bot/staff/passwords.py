"""Passwords: argon2id. An unknown name costs the same work as a known one."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import InvalidInput

SHORTEST, LONGEST = 10, 200


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


def hashed(password: str, login: str) -> str:
    """The hash to keep; InvalidInput for a password that is too easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"密码要 {SHORTEST} 到 {LONGEST} 个字符", code="weak_password")
    if login in password.casefold() or len(set(password)) < 4:
        raise InvalidInput("密码太容易猜到:不要包含登录名,也不要只用几个字符", code="weak_password")
    return _hasher().hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash the same work is done and the answer is no."""
    try:
        fits = _hasher().verify(password_hash or _nobodys_hash(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None
