"""The codes a line may refer to: those in the database, and those accepted earlier in the same run."""

from collections.abc import Iterable

from sqlalchemy import select

from bot.billing.tariffs import Tariffs
from bot.importing.spec import MODELS, load_specs
from bot.storage.engine import Database

TOO_MANY = "bills"  # not kept while they are imported: what refers to them comes after they are in the database


class Known:
    """Sets of codes by kind, read once each. They grow with what is accepted: later lines may refer to it."""

    def __init__(self, db: Database, tariffs: Tariffs) -> None:
        self._db = db
        self._sets: dict[str, set[str]] = {"tariffs": set(tariffs.by_code)}
        columns = [column for spec in load_specs().values() for column in spec.columns.values()]
        self._asked_for = {column.refers or column.never for column in columns}

    def codes(self, kind: str) -> set[str]:
        if kind not in self._sets:
            (key,) = MODELS[kind].__table__.primary_key.columns
            with self._db.read() as session:
                self._sets[kind] = set(session.scalars(select(key)))
        return self._sets[kind]

    def growing(self, kind: str) -> set[str] | None:
        """The set to which accepted codes of this kind are added; None for kinds that no other refers to."""
        return self.codes(kind) if kind in self._asked_for and kind != TOO_MANY else None

    def would_be(self, kind: str, codes: Iterable[str]) -> None:
        """Codes that a dry run accepts and does not write."""
        self.codes(kind).update(codes)
