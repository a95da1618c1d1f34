"""WeChat's signature and its encrypted mode.

Signature: SHA-1 of the sorted parts. Encrypted mode: AES-256-CBC with the EncodingAESKey, the IV its first 16 bytes;
the plain text is 16 random bytes, the length of the message (4 bytes, big-endian), the message and the app id, padded
to whole blocks of 32 bytes.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.errors import ConfigurationError, NotAllowed

BLOCK = 32
RANDOM = 16


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def signed(given: str, parts: Iterable[str]) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), signature(*parts).encode())


class Envelope:
    """Closes and opens the encrypted messages of one account."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        """`aes_key`: the EncodingAESKey of the account's page, 43 characters."""
        try:
            self._key = base64.b64decode(aes_key + "=", validate=True)
        except binascii.Error as error:
            raise ConfigurationError("LAMPLIGHTER_WECHAT_AES_KEY 要 43 个字母或数字") from error
        if len(aes_key) != 43 or len(self._key) != BLOCK:
            raise ConfigurationError("LAMPLIGHTER_WECHAT_AES_KEY 要 43 个字母或数字")
        self._app_id = app_id.encode()

    def close(self, message: str, salt: bytes | None = None) -> str:
        """`salt`: 16 bytes, random where none are given."""
        body = message.encode()
        plain = (salt or os.urandom(RANDOM)) + len(body).to_bytes(4, "big") + body + self._app_id
        padding = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        """The message; NotAllowed where it was not closed with this key for this account."""
        try:
            data = base64.b64decode(sealed, validate=True)
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(data) + decryptor.finalize()
            padding = plain[-1]
            size = int.from_bytes(plain[RANDOM : RANDOM + 4], "big")
            message = plain[RANDOM + 4 : RANDOM + 4 + size]
            app_id = plain[RANDOM + 4 + size : len(plain) - padding]
        except (ValueError, IndexError) as error:
            raise NotAllowed("消息解不开", code="not_for_us") from error
        if not 1 <= padding <= BLOCK or not hmac.compare_digest(app_id, self._app_id):
            raise NotAllowed("消息解不开", code="not_for_us")
        return message

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:RANDOM]))
