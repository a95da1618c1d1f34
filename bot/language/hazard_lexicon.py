"""`data/lexicon/hazard.yml` read and compiled once: rules, guards, flags, homophones."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.errors import ConfigurationError
from bot.language.files import lexicon

_NAME = re.compile(r"\{([a-z_]+)\}")
_SECTIONS = ("homophones", "ignore", "classes", "rules", "flags", "guards")
_RULE_KEYS = frozenset({"kind", "say", "about", "before", "after", "unless", "unless_near", "with"})
GUARDS = (
    "negated",
    "feared",
    "supposing",
    "past",
    "current",
    "again",
    "another",
    "finished",
    "rule_question",
    "lesson",
    "urgent",
    "elsewhere",
)


@dataclass(frozen=True)
class Rule:
    kind: str
    say: re.Pattern[str]
    about: re.Pattern[str] | None
    before: int
    after: int
    unless: re.Pattern[str] | None
    unless_near: re.Pattern[str] | None
    with_: re.Pattern[str] | None


@dataclass(frozen=True)
class HazardLexicon:
    rules: tuple[Rule, ...]
    guards: dict[str, re.Pattern[str]]
    flags: dict[str, re.Pattern[str]]
    homophones: tuple[tuple[re.Pattern[str], str], ...]
    homophone_sign: re.Pattern[str]
    ignored: re.Pattern[str]


@lru_cache(maxsize=1)
def hazard_lexicon() -> HazardLexicon:
    return build(lexicon("hazard"))


def build(data: dict[str, Any]) -> HazardLexicon:
    """The compiled lexicon; a word that is not a regular expression or a class nobody wrote stops the start."""
    missing = [name for name in _SECTIONS if not data.get(name)]
    if missing:
        raise ConfigurationError(f"hazard.yml 缺少:{'、'.join(missing)}")
    classes = {name: _joined(words) for name, words in data["classes"].items()}
    misheard = {str(wrong): str(meant) for wrong, meant in data["homophones"].items()}
    rules = tuple(_rule(entry, classes) for entry in data["rules"])
    return HazardLexicon(
        rules=rules,
        guards={name: _compiled(_joined(data["guards"].get(name, "")), name) for name in GUARDS},
        flags={name: _compiled(_expanded(_joined(words), classes), name) for name, words in data["flags"].items()},
        homophones=tuple((_compiled(wrong, "homophones"), meant) for wrong, meant in misheard.items()),
        homophone_sign=_compiled("|".join(misheard), "homophones"),
        ignored=_compiled(_joined(data["ignore"]), "ignore"),
    )


def _rule(entry: dict[str, Any], classes: dict[str, str]) -> Rule:
    unknown = set(entry) - _RULE_KEYS
    if unknown or "kind" not in entry or "say" not in entry:
        raise ConfigurationError(f"hazard.yml 的规则写错了:{entry}")
    return Rule(
        kind=str(entry["kind"]),
        say=_class(entry, "say", classes) or _compiled("(?!)", "say"),
        about=_class(entry, "about", classes),
        before=int(entry.get("before", 0)),
        after=int(entry.get("after", 0)),
        unless=_class(entry, "unless", classes),
        unless_near=_class(entry, "unless_near", classes),
        with_=_class(entry, "with", classes),
    )


def _class(entry: dict[str, Any], key: str, classes: dict[str, str]) -> re.Pattern[str] | None:
    """The words of the class or classes named under `key`."""
    names = entry.get(key, [])
    names = [names] if isinstance(names, str) else names
    for name in names:
        if name not in classes:
            raise ConfigurationError(f"hazard.yml 的规则提到了没有定义的词类:{name}")
    if not names:
        return None
    return _compiled("|".join(_expanded(classes[name], classes) for name in names), names[0])


def _joined(words: str | list[str]) -> str:
    return words if isinstance(words, str) else "|".join(words)


def _expanded(pattern: str, classes: dict[str, str]) -> str:
    while _NAME.search(pattern):
        pattern = _NAME.sub(lambda found: f"(?:{classes[found.group(1)]})", pattern)
    return pattern


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigurationError(f"hazard.yml 的 {where} 里有一个写错的词", detail=str(error)) from error
