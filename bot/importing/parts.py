"""Lines of bills dealt out by bill number into parts on disk, so that each part holds whole bills and fits into memory.

A part is a range of bill numbers, not a hash of them: what is written together then lies together in the indexes,
which is what makes a county of bills cheap to write. Where the ranges end is told by a sample of the files.
"""

import marshal
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.importing.rows import Values
from bot.importing.sheets import Sheet

PART_BYTES = 3 << 20
SAMPLES = 20  # a part, so that none becomes much bigger than the others
HELD = 500
SIZE = 4  # bytes that tell how long what follows is
Numbered = tuple[int, int, Values]  # which sheet, which line, its values
Dealt = tuple[str, Numbered | None]  # None: a line of this bill was refused


@dataclass(frozen=True)
class Ranges:
    """`bounds` are the first bill numbers of all parts but the first."""

    bounds: list[str]

    @property
    def count(self) -> int:
        return len(self.bounds) + 1

    def part(self, bill_no: str) -> int:
        return bisect_right(self.bounds, bill_no)


def ranges(sheets: Sequence[tuple[Sheet, int]]) -> Ranges:
    """Parts of about equal size. The same files always make the same ones. With each sheet: where the number stands."""
    sizes = [sheet.path.stat().st_size for sheet, _ in sheets]
    parts = 1 + sum(sizes) // PART_BYTES
    samples: list[str] = []
    for (sheet, place), size in zip(sheets, sizes, strict=True):
        samples += sheet.sample(place, 1 + SAMPLES * size // PART_BYTES)
    samples.sort()
    bounds = {samples[len(samples) * number // parts] for number in range(1, parts)} if samples else set()
    return Ranges(sorted(bounds))


class Dealer:
    """Deals into files `part.name` of one folder. Several dealers may deal at once, each under its own name."""

    def __init__(self, folder: Path, name: str, ranges: Ranges) -> None:
        self._folder = folder
        self._name = name
        self._ranges = ranges
        self._held: list[list[Dealt]] = [[] for _ in range(ranges.count)]

    def put(self, bill_no: str, item: Numbered | None) -> None:
        part = self._ranges.part(bill_no)
        held = self._held[part]
        held.append((bill_no, item))
        if len(held) >= HELD:
            self._flush(part)

    def finish(self) -> None:
        for part in range(self._ranges.count):
            self._flush(part)

    def _flush(self, part: int) -> None:
        if self._held[part]:
            data = marshal.dumps(self._held[part])
            with (self._folder / f"{part}.{self._name}").open("ab") as file:
                file.write(len(data).to_bytes(SIZE) + data)
            self._held[part].clear()


def read_part(folder: Path, part: int) -> Iterator[Dealt]:
    """All that was dealt into a part, whoever dealt it."""
    for path in sorted(folder.glob(f"{part}.*")):
        with path.open("rb") as file:
            while size := file.read(SIZE):
                yield from marshal.loads(file.read(int.from_bytes(size)))
