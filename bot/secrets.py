"""The installation's secret: signs cookies and hashes one-time codes. Made once, kept readable by its owner only."""

import os
import secrets

from bot.errors import ConfigurationError
from bot.settings import Settings

LENGTH = 32


def installation_secret(settings: Settings) -> bytes:
    """The setting, or the file in var_dir, made at the first start. Several machines must share one setting."""
    if settings.secret:
        if len(settings.secret) < LENGTH:
            raise ConfigurationError(f"LAMPLIGHTER_SECRET 至少要 {LENGTH} 个字符")
        return settings.secret.encode()
    path = settings.var_dir / "secret.key"
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(LENGTH).encode())
    return path.read_bytes()
