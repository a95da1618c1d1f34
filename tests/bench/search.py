"""`make search-bench`: how long a question takes to be answered, and how long a saved policy takes to be live.

The policies as they are, and ten thousand made of their sentences shuffled. Times depend on the machine; what is
promised is 5 ms and 20 ms a question, and two seconds after a save with the policies as they are.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from random import Random

from bot.bootstrap import build
from bot.knowledge import Policy, PolicyLibrary
from bot.knowledge.index import PolicyIndex
from bot.knowledge.library import FOLDER
from bot.settings import load_settings
from tests.knowledge.test_search import questions

MANY, QUESTIONS = 10_000, 15


def main() -> None:
    asked = [text for text, _, _ in questions()]
    knowledge = build(load_settings()).knowledge
    knowledge.library.index()
    print(f"{len(knowledge.library.index().policies)} policies: {each(knowledge.answer, asked):.2f} ms a question")
    print(f"a saved policy is live after {saved():.2f} s (and at most a second until it is looked at)")
    many = made_of(knowledge.library.index().policies)
    began = time.perf_counter()
    index = PolicyIndex(many)
    built = time.perf_counter() - began
    print(f"{MANY} policies: {each(index.search, asked):.2f} ms a question, read in {built:.1f} s", end="")
    began = time.perf_counter()
    PolicyIndex([*many[1:], many[0].model_copy(update={"short": "改过的一句话。"})], index)
    print(f", one changed: {time.perf_counter() - began:.1f} s")


def each(ask: Callable[[str], object], asked: list[str]) -> float:
    """Milliseconds a question, the first round left out."""
    for text in asked[:50]:
        ask(text)
    began = time.perf_counter()
    for text in asked:
        ask(text)
    return (time.perf_counter() - began) / len(asked) * 1000


def saved() -> float:
    """Seconds from looking at a folder with one changed file until the index stands."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(FOLDER, Path(folder) / "policies"))
        ticks = cycle(range(0, 10**6, 2))
        library = PolicyLibrary(copy, lambda: float(next(ticks)), build(load_settings()).figures)
        library.index()
        path = copy / "residential-steps.md"
        path.write_text(path.read_text("utf-8") + "\n多写一句。\n", "utf-8")
        os.utime(path, (0, 0))
        began = time.perf_counter()
        library.index()
        return time.perf_counter() - began


def made_of(policies: list[Policy]) -> list[Policy]:
    """Ten thousand policies, each of questions and paragraphs of many."""
    random = Random(0)
    lines = [question for policy in policies for question in policy.questions]
    parts = [part for policy in policies for part in policy.body.split("\n\n")]
    return [
        policy.model_copy(
            update={
                "id": f"{policy.id}-{number}",
                "questions": tuple(random.sample(lines, QUESTIONS)),
                "body": "\n\n".join(random.sample(parts, 4)),
            }
        )
        for number, policy in enumerate(islice(cycle(policies), MANY))
    ]


if __name__ == "__main__":
    main()
