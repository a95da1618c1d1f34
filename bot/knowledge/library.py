"""The policies on disk, read anew when a file changes. A file that cannot be read keeps its last good version."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import structlog

from bot.clock import Clock, SystemClock, local_day
from bot.knowledge.figures import Figures, no_figures
from bot.knowledge.gate import AnswerGate
from bot.knowledge.index import PolicyIndex
from bot.knowledge.policy import Policy, read_or_problem
from bot.settings import ROOT

log = structlog.get_logger()
FOLDER = ROOT / "policies_kb"
LOOK_SECONDS = 1.0
Signature = tuple[tuple[str, int, int], ...]


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
        self._figures = figures
        self._clock = clock or SystemClock()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._signature: Signature = ()
        self._good: dict[str, Policy] = {}
        self._index = PolicyIndex([])
        self._gate = AnswerGate()
        self._problems: dict[str, str] = {}

    def index(self) -> PolicyIndex:
        with self._lock:
            if self._monotonic() - self._looked >= LOOK_SECONDS:
                self._looked = self._monotonic()
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
        return None if found is None else found.filled(self._figures(on or self._today()))

    def _today(self) -> date:
        return local_day(self._clock.now())

    def _look(self) -> None:
        signature = _signature(self._folder)
        if signature == self._signature:
            return
        figures = self._figures(self._today())
        before = dict(self._good)
        self._read_changed(signature, figures)
        self._index = PolicyIndex([policy.filled(figures) for policy in self._good.values()], self._index)
        self._gate = self._gate.changed(_lines(before, self._good), _lines(self._good, before))
        self._signature = signature

    def _read_changed(self, signature: Signature, figures: Mapping[str, str]) -> None:
        """Reads the files that are not as they were; one that cannot be read keeps its last good version."""
        names = {name.removesuffix(".md") for name, _, _ in signature}
        self._good = {name: policy for name, policy in self._good.items() if name in names}
        self._problems = {name: problem for name, problem in self._problems.items() if name in names}
        for name in sorted(name.removesuffix(".md") for name, _, _ in set(signature) - set(self._signature)):
            read = read_or_problem(self._folder / f"{name}.md", figures)
            self._problems.pop(name, None)
            if isinstance(read, Policy):
                self._good[name] = read
            else:
                self._problems[name] = read
                log.warning("policy_unreadable", problem=read)


def _lines(policies: Mapping[str, Policy], but: Mapping[str, Policy]) -> list[str]:
    """The questions of the policies that are not the same there."""
    different = [policy for name, policy in policies.items() if but.get(name) != policy]
    return [text for policy in different for text in (policy.title, *policy.questions)]


def _signature(folder: Path) -> Signature:
    found = []
    for path in folder.glob("*.md"):
        stat = path.stat()
        found.append((path.name, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))
