"""Working ahead in a process of its own, so that reading and checking take one core and writing takes another.

The child is a fork: it has what its parent had, and only hands back plain values. It never touches the database.
"""

import marshal
import pickle
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from bot.errors import LamplighterError

ITEM, FAILED, DONE = b"i", b"f", b"d"


def ahead(items: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """What `items()` yields, made by a child that is one item ahead. It begins at once, not when first asked.

    Items are of plain types (tuples, lists, text, whole numbers, None). What the child raises is raised here.
    A child whose parent was killed ends with its next item.
    """
    fork = get_context("fork")
    receiving, sending = fork.Pipe(duplex=False)
    child = fork.Process(target=_work, args=(items, receiving, sending), daemon=True)
    child.start()
    sending.close()

    def received() -> Iterator[Any]:
        try:
            while (message := receiving.recv_bytes())[:1] != DONE:
                if message[:1] == FAILED:
                    raise pickle.loads(message[1:])
                yield marshal.loads(message[1:])
        except EOFError:
            raise RuntimeError("the process that reads the tables has ended before its time") from None
        finally:
            receiving.close()
            child.terminate()
            child.join()

    return received()


def _work(items: Callable[[], Iterator[Any]], receiving: Connection, sending: Connection) -> None:
    receiving.close()  # else the pipe would outlive the parent
    try:
        for item in items():
            sending.send_bytes(ITEM + marshal.dumps(item))
        sending.send_bytes(DONE)
    except BrokenPipeError:
        return
    except LamplighterError as error:
        sending.send_bytes(FAILED + pickle.dumps(error))
