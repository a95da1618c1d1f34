"""Names are spelled once: domain, rules, examples, actions and titles all speak of the same things."""

import re
from functools import cache
from typing import Any

import pytest
import yaml

from actions.names import DIGRESSIONS
from bot.replies.titles import TITLES
from bot.settings import ROOT

# What may answer an open question, and is therefore never let through by a form.
ANSWERS = {"affirm", "deny", "dont_know", "inform", "out_of_scope", "nlu_fallback"}
FEWEST_EXAMPLES = 20


@cache
def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def files(folder: str) -> list[str]:
    return sorted(str(p.relative_to(ROOT)) for p in (ROOT / "data" / folder).glob("*.yml"))


def intents() -> list[str]:
    return list(read("domain.yml")["intents"])


def test_every_intent_has_a_rule_and_every_rule_an_intent() -> None:
    steps = [rule["steps"][0]["intent"] for name in files("rules") for rule in read(name)["rules"]]
    assert sorted(steps) == sorted(set(steps)), "two rules begin with the same intent"
    assert set(steps) == set(intents())


@pytest.mark.parametrize("intent", intents())
def test_every_intent_is_a_digression_or_an_answer_in_every_form(intent: str) -> None:
    assert (intent in DIGRESSIONS) != (intent in ANSWERS)


def test_every_intent_has_examples_that_differ() -> None:
    blocks = [block for name in files("nlu") for block in read(name)["nlu"]]
    examples = {b["intent"]: re.findall(r"^- (.+)$", b["examples"], re.MULTILINE) for b in blocks}
    assert set(examples) == set(intents()) - {"nlu_fallback"}
    assert {i for i, lines in examples.items() if len(set(lines)) < FEWEST_EXAMPLES} == set()
    every = [line.strip() for lines in examples.values() for line in lines]
    assert sorted({line for line in every if every.count(line) > 1}) == []


def test_every_action_of_the_domain_exists_and_is_used() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "actions").glob("*.py"))
    defined = set(re.findall(r'return "(action_\w+)"', code))
    defined |= {f"validate_{name}" for name in read("domain.yml")["forms"]}
    assert set(read("domain.yml")["actions"]) - defined == set()


def test_every_action_that_may_follow_another_is_of_the_domain() -> None:
    """Rasa passes over a follow-up it does not know, and the customer gets no answer."""
    code = [p.read_text(encoding="utf-8") for p in (ROOT / "actions").glob("*.py") if p.name != "server.py"]
    named = set(re.findall(r'"(action_\w+)"', "\n".join(code))) - {"action_execution_rejected"}
    assert named - set(read("domain.yml")["actions"]) == set()


@pytest.mark.parametrize("feature", [name.removeprefix("data/rules/") for name in files("rules")])
def test_a_feature_has_one_name(feature: str) -> None:
    assert f"data/nlu/{feature}" in files("nlu")
    assert (ROOT / "actions" / feature.replace(".yml", ".py")).exists()


def test_every_title_is_words_and_every_title_asked_for_exists() -> None:
    """YAML reads a bare `no:` as false: the key is lost, and so is the answer that shows it."""
    titles = yaml.safe_load(TITLES.read_text(encoding="utf-8"))
    assert all(isinstance(key, str) and isinstance(words, str) for key, words in titles.items())
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "actions").glob("*.py"))
    asked = set(re.findall(r'\b(?:title|option|_option|_send)\((?:opener, )?"(\w+)"', code))
    assert asked - set(titles) == set()
