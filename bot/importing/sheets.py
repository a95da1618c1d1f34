"""Reading files: CSV in UTF-8 (with or without a mark) or GB18030, and the sheets of an Excel workbook.

A sheet is known by its name: that of the file, or of the workbook's sheet.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bot.errors import InvalidInput
from bot.importing.spec import TableSpec, load_specs

CSV, EXCEL = ".csv", ".xlsx"
REFUSED = ".refused.csv"
BLOCK = 1 << 20
Cells = list[str]


@dataclass(frozen=True)
class Sheet:
    """One table of one kind. `tab` is the workbook's sheet, None for a CSV file."""

    path: Path
    spec: TableSpec
    tab: str | None = None

    def report_path(self, dry_run: bool) -> Path:
        """Where refused lines are told: beside the file."""
        parts = [self.path.name, *([self.tab] if self.tab else []), *(["dry-run"] if dry_run else [])]
        return self.path.with_name(".".join(parts) + REFUSED)

    def fingerprint(self) -> str:
        """Changes with the content of the file, whatever its name."""
        digest = hashlib.sha256(f"{self.spec.kind}:{self.tab}:".encode())
        with self.path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Lines with their numbers; the first is the header. Empty lines are passed over."""
        return self._csv_rows() if self.tab is None else self._excel_rows()

    def sample(self, place: int, count: int) -> list[str]:
        """About so many cells of one column, from all over the sheet; the same ones every time."""
        if self.tab is not None:
            found = [cells[place].strip() for _, cells in self.rows()][1:]
            return found[:: max(1, len(found) // count)]
        size = self.path.stat().st_size
        found = []
        with self.path.open("rb") as file:
            delimiter = _delimiter(file.readline().decode("utf-8", "replace"))
            for number in range(count):
                file.seek(size * number // count)
                file.readline()  # the rest of a line
                line = file.readline(BLOCK).decode("utf-8", "replace")
                cells = next(csv.reader([line], delimiter=delimiter), [])
                found += [cell.strip() for cell in cells[place : place + 1]]
        return found

    def _csv_rows(self) -> Iterator[tuple[int, Cells]]:
        csv.field_size_limit(BLOCK)
        with self.path.open(encoding=_encoding(self.path), newline="") as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter)
            number = 1
            try:
                for cells in reader:
                    if any(cells):
                        yield number, cells
                    number = reader.line_num + 1
            except csv.Error as error:
                raise InvalidInput(f"{self.path.name} 第 {number} 行起读不出来:{error}") from error

    def _excel_rows(self) -> Iterator[tuple[int, Cells]]:
        book = load_workbook(self.path, read_only=True, data_only=True)
        try:
            width = 0
            for number, row in enumerate(book[self.tab].iter_rows(values_only=True), 1):
                cells = [_said(value) for value in row]
                width = width or len(cells)
                if any(cells):
                    yield number, cells + [""] * (width - len(cells))
        finally:
            book.close()


def find_sheets(paths: Sequence[Path]) -> list[Sheet]:
    """The tables of these files and of every file in these folders, in the order they are to be imported."""
    found = [sheet for path in paths for sheet in _of(path)]
    if not found:
        raise InvalidInput("没有找到可以导入的 CSV 或 Excel 文件")
    order = list(load_specs())
    return sorted(found, key=lambda sheet: (order.index(sheet.spec.kind), str(sheet.path), sheet.tab or ""))


def _of(path: Path) -> list[Sheet]:
    if path.is_dir():
        inside = (p for p in sorted(path.iterdir()) if p.suffix.lower() in (CSV, EXCEL))
        return [sheet for file in inside if not file.name.endswith(REFUSED) for sheet in _of(file)]
    if not path.is_file():
        raise InvalidInput(f"没有这个文件:{path}")
    if path.suffix.lower() == CSV:
        return [Sheet(path, _spec_named(path.stem, path.name))]
    if path.suffix.lower() == EXCEL:
        return [Sheet(path, _spec_named(tab, f"{path.name} 的工作表 {tab}"), tab) for tab in _tabs(path)]
    raise InvalidInput(f"{path.name} 不是 CSV 或 Excel(.xlsx)文件")


def _tabs(path: Path) -> list[str]:
    try:
        book = load_workbook(path, read_only=True)
    except Exception as error:  # a damaged workbook fails in many ways
        raise InvalidInput(f"{path.name} 打不开,它可能不是 Excel 文件") from error
    names = list(book.sheetnames)
    book.close()
    return names


def _spec_named(name: str, shown: str) -> TableSpec:
    """By the longest name it begins with: `bill_lines_2026` is not a table of bills."""
    fitting = [
        (len(prefix), spec)
        for spec in load_specs().values()
        for prefix in spec.names
        if name.lower().startswith(prefix)
    ]
    if not fitting:
        names = "、".join(spec.names[-1] if len(spec.names) == 1 else spec.names[1] for spec in load_specs().values())
        raise InvalidInput(f"看不出 {shown} 是哪一张表:名字应以这些开头:{names}(或英文名,见 docs/import.md)")
    return max(fitting, key=lambda pair: pair[0])[1]


def _delimiter(header: str) -> str:
    return "\t" if "\t" in header and "," not in header else ","


def _encoding(path: Path) -> str:
    """UTF-8, with a mark or without, if the whole file reads as such; else GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _said(value: Any) -> str:
    """An Excel value as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return str(value)
