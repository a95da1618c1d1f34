"""The policies on disk, read anew when a file changes. A file that cannot be read keeps its last good version."""

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import structlog

from bot.clock import Clock, SystemClock, local_day
from bot.knowledge.figures import Figures, no_figures
from bot.knowledge.gate import AnswerGate
from bot.knowledge.index import PolicyIndex
from bot.knowledge.policy import Policy, read_folder
from bot.settings import ROOT
from bot.watch import FileWatch

log = structlog.get_logger()
FOLDER = ROOT / "policies_kb"


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
        self._watch = FileWatch(lambda: folder.glob("*.md"), monotonic)
        self._lock = threading.Lock()
        self._good: dict[str, Policy] = {}
        self._index = PolicyIndex([])
        self._gate = AnswerGate([])
        self.problems: list[str] = []

    def index(self) -> PolicyIndex:
        with self._lock:
            if self._watch.changed():
                self._look()
            return self._index

    def gate(self) -> AnswerGate:
        """Tells questions for these policies from others."""
        self.index()
        return self._gate

    def policy(self, policy_id: str, on: date | None = None) -> Policy | None:
        """The policy with its figures as of that day (today)."""
        self.index()
        found = self._good.get(policy_id)
        return None if found is None else found.filled(self._figures(on or self._today()))

    def _today(self) -> date:
        return local_day(self._clock.now())

    def _look(self) -> None:
        figures = self._figures(self._today())
        policies, self.problems = read_folder(self._folder, figures)
        for problem in self.problems:
            log.warning("policy_unreadable", problem=problem)
        names = {path.stem for path in self._folder.glob("*.md")}
        kept = {name: policy for name, policy in self._good.items() if name in names}
        self._good = kept | policies
        filled = [policy.filled(figures) for policy in self._good.values()]
        self._index = PolicyIndex(filled)
        self._gate = AnswerGate(text for policy in filled for text in (policy.title, *policy.questions))
