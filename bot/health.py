"""Whether this installation can answer: the database takes writes, the private processes answer."""

import httpx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from bot.storage.engine import Database


def can_store(db: Database) -> bool:
    """True if a write transaction on the migrated schema can be opened."""
    try:
        with db.write() as session:
            session.execute(text("SELECT 1 FROM conversations LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True


async def actions_ready(settings: Settings) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            headers = {"X-Lamplighter-Key": settings.private_key}
            return (await client.get(f"{settings.actions_url}/health", headers=headers)).status_code == 200
    except httpx.HTTPError:
        return False
