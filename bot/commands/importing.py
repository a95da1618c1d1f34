"""`lamplighter import`: getting a supplier's tables in, from the command line."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.bootstrap import build
from bot.commands.database import migrate
from bot.importing import Importing, Outcome
from bot.settings import Settings


def run(settings: Settings, paths: Sequence[Path], *, dry_run: bool) -> bool:
    """Prints what became of every table; False where lines were refused."""
    migrate(settings)
    house = build(settings)
    began = time.monotonic()

    def progress(title: str, lines: int) -> None:
        print(f"» {title} {lines:,} 行,{time.monotonic() - began:.0f} 秒", file=sys.stderr, flush=True)

    importing = Importing(house.db, house.clock, house.tariffs, settings.var_dir.resolve())
    outcomes = importing.run(paths, progress, dry_run=dry_run)
    for outcome in outcomes:
        print(_line(outcome, dry_run))
    house.db.close()
    return not any(outcome.counts.refused for outcome in outcomes)


def _line(outcome: Outcome, dry_run: bool) -> str:
    counts = outcome.counts
    done = f"可导入 {counts.written:,}" if dry_run else f"写入 {counts.written:,},没变 {counts.unchanged:,}"
    told = f",退回清单 {outcome.report}" if outcome.report else ""
    return f"{outcome.title} {outcome.file}:{done},退回 {counts.refused:,}{told}"
