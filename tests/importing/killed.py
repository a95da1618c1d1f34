"""An import killed without a word after some steps of a table: `python -m tests.importing.killed URL FOLDER TITLE`."""

import os
import sys
from datetime import datetime
from pathlib import Path

from bot.billing import load_tariffs
from bot.clock import LOCAL, FixedClock
from bot.importing import Importing, parts, plain
from bot.storage.engine import Database

STEPS = 3


def main() -> None:
    url, folder = sys.argv[1], Path(sys.argv[2])
    plain.BATCH, parts.PART_BYTES = 20, 2000
    done = 0

    def progress(title: str, lines: int) -> None:
        nonlocal done
        done += title == sys.argv[3]
        if done >= STEPS:
            os.kill(os.getpid(), 9)

    clock = FixedClock(datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL))
    Importing(Database(url), clock, load_tariffs(), folder.parent).run([folder], progress)


if __name__ == "__main__":
    main()
