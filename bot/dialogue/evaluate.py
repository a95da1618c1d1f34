"""How well messages are understood, measured on lines the model was not trained on.

`python -m bot.dialogue.evaluate --file tests/nlu/dev.tsv --file tests/nlu/dev_more.tsv` reads text, intent, style of
each set with the trained model, exactly as the dialogue would, and `entities.tsv` beside the first; without `--file` it
splits the training data into five parts and reads each with a classifier trained on the other four. Intervals are
Wilson's, 95 %.
"""

import argparse
import csv
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from bot.dialogue.components.judgement import SMALL_TALK, URGENCY, judge
from bot.dialogue.components.linear import LinearModel
from bot.dialogue.naming import ROOT, model_name
from bot.dialogue.parse import Parser
from bot.language import assess

FOLDS = 5
COSTED = 500  # messages the times are measured on
TRIAGE = {6: "fault", 5: "fault", 4: "service", 3: "account", 2: "policy"}


@dataclass(frozen=True)
class Line:
    text: str
    intent: str
    style: str


@dataclass(frozen=True)
class Reading:
    """What was understood of one line."""

    line: Line
    intent: str
    accepted: bool
    hazard: bool

    @property
    def right(self) -> bool:
        return self.intent == self.line.intent


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--file", type=Path, action="append")
    given = arguments.parse_args()
    training = training_lines()
    if given.file is None:
        report(cross_validated(training))
        return
    parser = Parser(str(current_model()))
    for path in given.file:
        readings = parsed(parser, read_tsv(path))
        print(f"\n{path.stem}: {len(readings)} lines")
        report(readings)
    entities = given.file[0].with_name("entities.tsv")
    if entities.exists():
        report_entities(parser, entities)
    report_costs(parser, readings, training)
    print(f"{len(training)} training lines")


def current_model() -> Path:
    models = Path(os.environ.get("LAMPLIGHTER_MODELS_DIR") or ROOT / "var" / "models")
    path = models / f"{model_name()}.tar.gz"
    if not path.exists():
        raise SystemExit("the model of this data is not trained yet: lamplighter train")
    return path


def parsed(parser: Parser, lines: list[Line]) -> list[Reading]:
    readings = []
    for line in lines:
        read = parser.parse(line.text)
        readings.append(Reading(line, read["intent"], read["accepted"], read["hazard"] is not None))
    return readings


def report_entities(parser: Parser, path: Path) -> None:
    """F1 by kind: a value counts where it was found with this kind on the customer's own characters."""
    print("\nentities (F1)")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text, entity, value in (list(row) for row in _rows(path)):
        found = [text[e["start"] : e["end"]] for e in parser.parse(text)["entities"] if e["entity"] == entity]
        counts[entity].update(hit=value in found, missed=value not in found, wrong=sum(v != value for v in found))
    counts["all"] = sum(counts.values(), Counter())
    for entity, count in sorted(counts.items()):
        total = 2 * count["hit"] + count["missed"] + count["wrong"]
        print(f"  {entity:12} {2 * count['hit'] / total:.3f}  {count['hit']} of {count['hit'] + count['missed']}")


def report_costs(parser: Parser, readings: list[Reading], training: list[Line]) -> None:
    """Times as a ratio to the bare classifier, which is trained anew for this."""
    texts = [r.line.text for r in readings[:COSTED]]
    began = time.perf_counter()
    classifier = fitted(training)
    trained = time.perf_counter() - began
    bare = _seconds(lambda text: classifier.probabilities([text]), texts)
    whole = _seconds(parser.parse, texts)
    size = current_model().stat().st_size / 1e6
    print(f"\nparse {1 / whole:.0f} messages a second, {whole / bare:.1f} times the bare classifier's time")
    print(f"training the classifier {trained:.0f} s, model {size:.0f} MB")


def _seconds(work: Callable[[str], object], texts: list[str]) -> float:
    began = time.perf_counter()
    for text in texts:
        work(text)
    return (time.perf_counter() - began) / len(texts)


def training_lines() -> list[Line]:
    from rasa.shared.utils.io import read_yaml_file

    lines = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in read_yaml_file(path)["nlu"]:
            examples = [e[2:].strip() for e in block["examples"].splitlines() if e.startswith("- ")]
            lines += [Line(text, block["intent"], "") for text in examples]
    return lines


def read_tsv(path: Path) -> list[Line]:
    return [Line(*row) for row in _rows(path)]


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def fitted(lines: list[Line]) -> LinearModel:
    model = LinearModel()
    model.fit([line.text for line in lines], [line.intent for line in lines])
    return model


def read_all(model: LinearModel, lines: list[Line]) -> list[Reading]:
    rank = ranker(model)
    readings = []
    for line in lines:
        judgement = judge(line.text, rank)
        danger = assess(line.text).kind is not None
        readings.append(Reading(line, judgement.ranking[0][0], judgement.accepted, danger))
    return readings


def ranker(model: LinearModel) -> Callable[..., list[list[tuple[str, float]]]]:
    labels = model.labels
    return lambda texts: [[(labels[i], row[i]) for i in row.argsort()[::-1]] for row in model.probabilities(texts)]


def cross_validated(lines: list[Line]) -> list[Reading]:
    readings: list[Reading] = []
    for part in range(FOLDS):
        print(f"» part {part + 1} of {FOLDS}", file=sys.stderr, flush=True)
        known = [line for n, line in enumerate(lines) if n % FOLDS != part]
        unseen = [line for n, line in enumerate(lines) if n % FOLDS == part]
        readings += read_all(fitted(known), unseen)
    return readings


def report(readings: list[Reading]) -> None:
    show("accuracy", (r.right for r in readings))
    print(f"macro-F1                  {macro_f1(readings):.3f}")
    show("triage of five", (triage(r.intent) == triage(r.line.intent) for r in readings))
    danger = [r for r in readings if r.line.intent == "report_hazard"]
    show("hazards found", (r.intent == "report_hazard" or r.hazard for r in danger))
    others = [r for r in readings if r.line.intent != "report_hazard"]
    show("hazard false alarms", (r.intent == "report_hazard" for r in others))
    foreign = [r for r in readings if r.line.intent == "out_of_scope"]
    show("out of scope acted on", (r.accepted and r.intent not in {"out_of_scope", *SMALL_TALK} for r in foreign))
    show("wrong and acted on", (r.accepted and not r.right for r in readings))
    show("right but asked back", (r.right and not r.accepted for r in readings))
    for title, key in (("style", lambda r: r.line.style), ("intent", lambda r: r.line.intent)):
        table(title, readings, key)
    print("\nworst confusions (meant → read)")
    wrong = Counter((r.line.intent, r.intent) for r in readings if not r.right)
    for (meant, read), count in wrong.most_common(15):
        print(f"  {count:3}  {meant} → {read}")


def triage(intent: str) -> str:
    if intent == "subscribe_outage":
        return "fault"
    return TRIAGE.get(URGENCY.get(intent, 0), "other")


def macro_f1(readings: list[Reading]) -> float:
    scores = []
    for intent in {r.line.intent for r in readings}:
        hit = sum(r.right for r in readings if r.intent == intent)
        said = sum(r.intent == intent for r in readings)
        meant = sum(r.line.intent == intent for r in readings)
        scores.append(2 * hit / (said + meant) if said + meant else 0.0)
    return sum(scores) / len(scores)


def table(title: str, readings: list[Reading], key: Callable[[Reading], str]) -> None:
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        groups[key(reading)].append(reading)
    if len(groups) < 2:
        return
    print(f"\nby {title}")
    for name, rows in sorted(groups.items(), key=lambda item: sum(r.right for r in item[1]) / len(item[1])):
        show(f"  {name}", (r.right for r in rows))


def show(title: str, outcomes: Iterable[bool]) -> None:
    values = list(outcomes)
    if not values:
        return
    low, high = wilson(sum(values), len(values))
    print(f"{title:25} {sum(values) / len(values):.3f}  [{low:.3f}, {high:.3f}]  {sum(values)}/{len(values)}")


def wilson(hits: int, total: int) -> tuple[float, float]:
    z, share = 1.96, hits / total
    middle = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - spread) / scale, (middle + spread) / scale


if __name__ == "__main__":
    main()
