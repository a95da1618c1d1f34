"""The policies on disk, read anew when a file changes. A file that cannot be read keeps its last good version."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path

import structlog

from bot.clock import Clock, SystemClock, local_day
from bot.knowledge.figures import Figures, no_figures
from bot.knowledge.gate import AnswerGate
from bot.knowledge.index import PolicyIndex
from bot.knowledge.policy import Policy, read_or_problem
from bot.settings import ROOT
from bot.watch import FileWatch

log = structlog.get_logger()
FOLDER = ROOT / "policies_kb"
DAYS = 64


class PolicyLibrary:
    """`index()` is never older than a second: the folder's names, sizes and times are compared that often."""

    def __init__(
        self,
        folder: Path = FOLDER,
        monotonic: Callable[[], float] = time.monotonic,
        figures: Figures = no_figures,
        clock: Clock | None = None,
    ) -> None:
        self._folder = folder
        self._figures = lru_cache(maxsize=DAYS)(figures)  # a day's do not change while the process runs
        self._clock = clock or SystemClock()
        self._watch = FileWatch(lambda: folder.glob("*.md"), monotonic)
        self._lock = threading.Lock()
        self._good: dict[str, Policy] = {}
        self._index = PolicyIndex([])
        self._gate = AnswerGate()
        self._stamps: dict[str, tuple[int, int]] = {}
        self._problems: dict[str, str] = {}

    def index(self) -> PolicyIndex:
        with self._lock:
            if self._watch.changed():
                self._look()
            return self._index

    def gate(self) -> AnswerGate:
        """Tells questions for these policies from others."""
        self.index()
        return self._gate

    @property
    def problems(self) -> list[str]:
        """What is wrong with the files that could not be read."""
        return list(self._problems.values())

    def policy(self, policy_id: str, on: date | None = None) -> Policy | None:
        """The policy with its figures as of that day (today)."""
        self.index()
        found = self._good.get(policy_id)
        if found is None or not found.figures:
            return found
        return found.filled(self._figures(on or self._today()))

    def _today(self) -> date:
        return local_day(self._clock.now())

    def _look(self) -> None:
        figures = self._figures(self._today())
        before = dict(self._good)
        self._read_changed(figures)
        self._index = PolicyIndex([policy.filled(figures) for policy in self._good.values()], self._index)
        self._gate = self._gate.changed(_lines(before, self._good), _lines(self._good, before))

    def _read_changed(self, figures: Mapping[str, str]) -> None:
        """Reads the files that are not as they were; one that cannot be read keeps its last good version."""
        stamps = _stamps(self._folder)
        self._good = {name: policy for name, policy in self._good.items() if name in stamps}
        self._problems = {name: problem for name, problem in self._problems.items() if name in stamps}
        for name, stamp in stamps.items():
            if self._stamps.get(name) != stamp:
                self._read(name, figures)
        self._stamps = stamps

    def _read(self, name: str, figures: Mapping[str, str]) -> None:
        read = read_or_problem(self._folder / f"{name}.md", figures)
        self._problems.pop(name, None)
        if isinstance(read, Policy):
            self._good[name] = read
        else:
            self._problems[name] = read
            log.warning("policy_unreadable", problem=read)


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """By the name of each policy the time and the size of its file; one that goes meanwhile is left out."""
    found = {}
    for path in sorted(folder.glob("*.md")):
        with suppress(OSError):
            stat = path.stat()
            found[path.stem] = (stat.st_mtime_ns, stat.st_size)
    return found


def _lines(policies: Mapping[str, Policy], but: Mapping[str, Policy]) -> list[str]:
    """The questions of the policies that are not the same there."""
    different = [policy for name, policy in policies.items() if but.get(name) != policy]
    return [text for policy in different for text in (policy.title, *policy.questions)]
