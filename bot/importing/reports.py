"""The report of refused lines: a CSV beside the file with line, column, kind of value and reason, never the value."""

import csv
import io
from pathlib import Path

from bot.importing.sheets import Sheet
from bot.importing.spec import load_words
from bot.importing.values import Refused, value_class


class Report:
    """Lines are kept until the transaction they belong to is through. `settled`: bytes that an earlier run has."""

    def __init__(self, sheet: Sheet, settled: int, dry_run: bool) -> None:
        self.sheet = sheet
        self.path: Path = sheet.report_path(dry_run)
        self.size = settled if self.path.exists() else 0
        self.count = 0
        self._waiting: list[list[str]] = []
        if self.size:
            with self.path.open("r+b") as file:
                file.truncate(self.size)
        else:
            self.path.unlink(missing_ok=True)

    def add(self, line: int, refused: Refused) -> None:
        words, spec = load_words(), self.sheet.spec
        column = spec.columns[refused.column].titles[0] if refused.column in spec.columns else ""
        value = words.classes[value_class(refused.value)] if refused.column else ""
        self._waiting.append([self.sheet.path.name, str(line), column, value, words.reasons[refused.reason]])
        self.count += 1

    def write(self) -> None:
        """Adds what waits to the file. What is written and then not settled is cut off by the next run."""
        if not self._waiting:
            return
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        if not self.size:
            text.write("\ufeff")  # so that Excel reads it as UTF-8
            writer.writerow(load_words().columns.values())
        writer.writerows(self._waiting)
        data = text.getvalue().encode()
        with self.path.open("ab") as file:
            file.write(data)
        self.size += len(data)
        self._waiting.clear()
