"""Kills the process at a named point, once. Loaded by every child of a stack whose PYTHONPATH names this folder.

CRASH_POINTS   module:Class.method:before|after, separated by spaces
CRASH_ARM      a file; the process whose point stands in it removes the file and kills itself there
"""

import contextlib
import functools
import importlib.abc
import importlib.util
import inspect
import os
import signal
import sys


def die_if_armed(point):
    path = os.environ["CRASH_ARM"]
    with contextlib.suppress(FileNotFoundError):
        with open(path) as file:
            armed = file.read()
        if armed == point:
            os.unlink(path)
            os.kill(os.getpid(), signal.SIGKILL)


def deadly(function, point, when):
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def wrapped(*args, **kwargs):
            if when == "before":
                die_if_armed(point)
            result = await function(*args, **kwargs)
            if when == "after":
                die_if_armed(point)
            return result

        return wrapped

    @functools.wraps(function)
    def plain(*args, **kwargs):
        if when == "before":
            die_if_armed(point)
        result = function(*args, **kwargs)
        if when == "after":
            die_if_armed(point)
        return result

    return plain


class Patcher(importlib.abc.MetaPathFinder):
    def __init__(self, points):
        self.points = points

    def find_spec(self, name, path, target=None):
        wanted = [p for p in self.points if p.split(":")[0] == name]
        if not wanted:
            return None
        self.points = [p for p in self.points if p not in wanted]
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            for point in wanted:
                _, attribute, when = point.split(":")
                owner, method = attribute.split(".")
                target = getattr(module, owner)
                setattr(target, method, deadly(getattr(target, method), point, when))

        spec.loader.exec_module = exec_module
        return spec


if os.environ.get("CRASH_POINTS"):
    sys.meta_path.insert(0, Patcher(os.environ["CRASH_POINTS"].split()))
