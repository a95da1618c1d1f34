"""Files that people edit while the service runs: looked at again once a second, by name, size and time."""

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

LOOK_SECONDS = 1.0
Signature = tuple[tuple[str, int, int], ...]


class FileWatch:
    """`changed()` is True once after each change, and the first time it is asked. Any number of threads may ask."""

    def __init__(self, files: Callable[[], Iterable[Path]], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._seen: Signature | None = None

    def changed(self) -> bool:
        with self._lock:
            if self._monotonic() - self._looked < LOOK_SECONDS:
                return False
            self._looked = self._monotonic()
            before, self._seen = self._seen, _signature(self._files())
            return self._seen != before


def _signature(files: Iterable[Path]) -> Signature:
    """A file that is gone, or goes while it is looked at, is left out."""
    found = []
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))
