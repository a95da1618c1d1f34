"""The supplier's files, live within a second of saving. A file that cannot be read leaves everything as it was."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.errors import ConfigurationError
from bot.settings import ROOT
from bot.supplier.duty import Duty
from bot.supplier.holidays import HolidayTable, WorkCalendar
from bot.supplier.places import Office, Station
from bot.supplier.profile import AlarmRecipient, CannedReply, Desk, Profile
from bot.supplier.reading import problems, read
from bot.supplier.supplier import Supplier
from bot.watch import FileWatch

log = structlog.get_logger()
FOLDER = ROOT / "data" / "supplier"
DEMO_FOLDER = ROOT / "data" / "demo" / "supplier"
HOLIDAYS = "holidays.yml"


@dataclass(frozen=True)
class _State:
    supplier: Supplier
    calendar: WorkCalendar


class SupplierFiles:
    """A file is taken from the first folder that has it: the demo's go before the real ones."""

    def __init__(self, folders: Sequence[Path] = (FOLDER,), monotonic: Callable[[], float] = time.monotonic) -> None:
        self._folders = folders
        self._watch = FileWatch(lambda: (path for folder in folders for path in folder.glob("*.yml")), monotonic)
        self._lock = threading.Lock()
        self._state: _State | None = None

    def supplier(self) -> Supplier:
        return self._current().supplier

    def calendar(self) -> WorkCalendar:
        return self._current().calendar

    def duty(self) -> Duty:
        """When people sit at the desk."""
        state = self._current()
        return Duty(state.supplier.desk_hours, state.calendar)

    def _current(self) -> _State:
        with self._lock:
            if self._watch.changed() or self._state is None:
                self._state = self._read()
            return self._state

    def _read(self) -> _State:
        try:
            return _State(load_supplier(self._folders), load_calendar(self._folders))
        except ConfigurationError as error:
            if self._state is None:
                raise
            log.warning("supplier_file_unreadable", problem=error.message)
            return self._state


def load_supplier(folders: Sequence[Path] = (FOLDER,)) -> Supplier:
    profile = read(_path(folders, "profile.yml"), TypeAdapter(Profile))
    offices: TypeAdapter[tuple[Office, ...]] = TypeAdapter(tuple[Office, ...])
    stations: TypeAdapter[tuple[Station, ...]] = TypeAdapter(tuple[Station, ...])
    recipients: TypeAdapter[tuple[AlarmRecipient, ...]] = TypeAdapter(tuple[AlarmRecipient, ...])
    replies: TypeAdapter[tuple[CannedReply, ...]] = TypeAdapter(tuple[CannedReply, ...])
    try:
        return Supplier(
            **dict(profile),
            offices=read(_path(folders, "offices.yml"), offices),
            stations=read(_path(folders, "stations.yml"), stations),
            desk=read(_path(folders, "desk.yml"), TypeAdapter(Desk)),
            alarm_recipients=read(_path(folders, "alarms.yml"), recipients),
            replies=read(_path(folders, "replies.yml"), replies),
        )
    except ValidationError as error:
        raise ConfigurationError(f"供电公司资料有误:{problems(error)}") from error


def load_calendar(folders: Sequence[Path] = (FOLDER,)) -> WorkCalendar:
    return WorkCalendar(read(_path(folders, HOLIDAYS), TypeAdapter(HolidayTable)))


def _path(folders: Sequence[Path], name: str) -> Path:
    return next((folder / name for folder in folders if (folder / name).exists()), folders[-1] / name)
