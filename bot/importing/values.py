"""Reading one cell: from text to the value the database stores, or a reason why not.

Values have the form in which SQLite stores them (decimals as scaled whole numbers, days as ISO text, moments as UTC
text): PostgreSQL makes its own of them when they are copied over. No Decimal is made for each of millions of cells.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Protocol

from bot.clock import LOCAL
from bot.importing.spec import Column, TableSpec, load_words

Convert = Callable[[str], Any]
PLACES = {"money": 2, "energy": 2, "price": 6}
LONGEST, BIGGEST = 500, 10**16
MOST_REMEMBERED = 5000
SELDOM_TWICE = ("money", "energy")
FIRST_DAY = date(1950, 1, 1)
MOMENT = "%Y-%m-%d %H:%M:%S.%f"
DAY_FORMS = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
ACCOUNT_NO = re.compile(r"\d{10}|\d{13}", re.ASCII)
PHONE = re.compile(r"1\d{10}|0\d{9,11}|[2-9]\d{6,7}", re.ASCII)


class Refused(Exception):
    """Why a cell, or a line as a whole (no column), cannot be taken. `reason` is a key of `reasons.yml`."""

    def __init__(self, reason: str, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.column, self.value = reason, column, value

    @property
    def told(self) -> tuple[str, str, str]:
        """What makes the same refusal again in another process."""
        return self.reason, self.column, self.value


class Remembered(dict[str, Any]):
    """Cells of one column and their values: most columns repeat themselves, and looking up is cheaper than reading."""

    def __init__(self, convert: "Convert") -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, cell: str) -> Any:
        value = self._convert(cell)
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[cell] = value
        return value


class Codes(Protocol):
    def codes(self, kind: str) -> Collection[str]: ...


def reading(spec: TableSpec, name: str, today: date, known: Codes) -> Convert:
    """The reader of a column the file has. What repeats itself from line to line is read once."""
    column = spec.columns[name]
    convert = converter(column, today, known)
    alone = spec.key == [name] or column.type in SELDOM_TWICE
    return convert if alone else Remembered(convert).__getitem__


def converter(column: Column, today: date, known: Codes, *, absent: bool = False) -> Convert:
    """The reader of one column's cells. A column the file does not have is read from its default alone."""
    convert = _checked(column, today, _of_type(column), known)
    empty = convert(column.default) if column.default is not None else None
    if column.required and not absent:
        return lambda cell: convert(bare) if (bare := cell.strip()) else _refuse("empty")
    return lambda cell: convert(bare) if (bare := cell.strip()) else empty


def value_class(value: str) -> str:
    """What kind of value was refused: the report never repeats the value itself."""
    if not value:
        return "empty"
    if len(value) > LONGEST:
        return "long"
    if DAY_FORMS.fullmatch(value):
        return "date"
    return "number" if re.fullmatch(r"[-+]?[\d.,]+", value) else "text"


def scaled(text: str, places: int) -> int:
    """A decimal as a whole number of its smallest places: 12.5 with two → 1250."""
    whole, _, part = text.partition(".")
    if len(part) > places:
        part = part.rstrip("0")
    try:
        if len(part) > places or part[:1] in ("-", "+", "_") or "_" in whole:
            raise Refused("number")
        number = int(whole + part.ljust(places, "0"))
    except ValueError:
        return _scaled_again(text, places)
    return number if -BIGGEST < number < BIGGEST else _refuse("too_big")


def _scaled_again(text: str, places: int) -> int:
    """Once more with full-width digits, thousands separators and a sign of money taken away."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").lstrip("¥")
    if plain == text or not plain:
        raise Refused("number")
    return scaled(plain, places)


def _of_type(column: Column) -> Convert:
    if column.type in PLACES:
        places = PLACES[column.type]
        return lambda cell: scaled(cell, places)
    if column.type == "choice":
        return _choice(column)
    if column.type == "list":
        return _list(column)
    plain: dict[str, Convert] = {
        "account_no": _account_no,
        "phone": _phone,
        "text": _text,
        "whole": _whole,
        "day": day,
        "moment": moment,
        "flag": _flag,
    }
    return plain[column.type]


def _checked(column: Column, today: date, convert: Convert, known: Codes) -> Convert:
    if column.refers is not None:
        there = known.codes(column.refers)
        return lambda cell: value if (value := convert(cell)) in there else _refuse("unknown")
    if column.never is not None:
        taken = known.codes(column.never)
        return lambda cell: value if (value := convert(cell)) not in taken else _refuse("taken")
    if column.least is not None:
        least = column.least * 10 ** PLACES.get(column.type, 0)
        return lambda cell: value if (value := convert(cell)) >= least else _refuse("too_small")
    if column.past:
        last = f"{today.isoformat()}~"  # sorts after every moment of today
        return lambda cell: value if (value := convert(cell)) <= last else _refuse("in_future")
    return convert


def _refuse(reason: str) -> Any:
    raise Refused(reason)


def _text(cell: str) -> str:
    return cell if len(cell) <= LONGEST and "\x00" not in cell else _refuse("too_long")


def _account_no(cell: str) -> str:
    return cell if ACCOUNT_NO.fullmatch(cell) else _refuse("account_no")


def _phone(cell: str) -> str:
    digits = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", cell)).removeprefix("+86")
    return digits if PHONE.fullmatch(digits) else _refuse("phone")


def _whole(cell: str) -> int:
    try:
        return scaled(cell, 0)
    except Refused:
        raise Refused("whole") from None


@lru_cache(maxsize=50_000)
def day(cell: str) -> str:
    found = DAY_FORMS.fullmatch(cell)
    if found is None:
        raise Refused("day")
    year, month, number = (int(part) for part in found.groups() if part is not None)
    try:
        read = date(year, month, number)
    except ValueError:
        raise Refused("day") from None
    return read.isoformat() if read >= FIRST_DAY else _refuse("day")


def moment(cell: str) -> str:
    """A time of Asia/Shanghai, or of the offset it names, as UTC."""
    try:
        read = datetime.fromisoformat(cell.replace("/", "-"))
    except ValueError:
        raise Refused("moment") from None
    if read.date() < FIRST_DAY:
        raise Refused("moment")
    aware = read if read.tzinfo else read.replace(tzinfo=LOCAL)
    return aware.astimezone(UTC).strftime(MOMENT)


def _flag(cell: str) -> int:
    said = cell.lower()
    for value, words in load_words().flags.items():
        if said in words:
            return int(value)
    raise Refused("flag")


def _choice(column: Column) -> Convert:
    known = {**column.values, **{str(value): value for value in column.values.values()}}
    return lambda cell: known[cell] if cell in known else _refuse("choice")


def _list(column: Column) -> Convert:
    """Parts as JSON; where the column says which there are, no others."""
    known = {**column.values, **{str(value): value for value in column.values.values()}}

    def convert(cell: str) -> str:
        parts = [part for part in (raw.strip() for raw in re.split(r"[;;、]", cell)) if part]
        if known and any(part not in known for part in parts):
            raise Refused("choice")
        return json.dumps([known.get(part, part) for part in parts])

    return convert
