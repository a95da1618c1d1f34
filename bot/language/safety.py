"""The safety words of `data/safety/`: one file per danger, shown verbatim, checked when they are read.

A wrong file stops the start and says which file and what about it: nobody must learn of it in an emergency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.errors import ConfigurationError
from bot.language.files import SAFETY, read_mapping
from bot.language.hazard import KINDS

CHANNELS = ("web", "wechat", "sms")
FIRST_SENTENCE = 67
_NEVER = ("已经停电了,可以", "满意", "前面还有", "排队")


@dataclass(frozen=True)
class SafetyText:
    """What is said about one danger. `close` is said once the ticket is stored; {no} is its number."""

    id: str
    title: str
    text: Mapping[str, str]
    then: str
    close: str
    reviewer: str
    date: date

    def closing(self, ticket_no: str) -> str:
        return self.close.replace("{no}", ticket_no)


@lru_cache(maxsize=4)
def load_safety(folder: Path = SAFETY) -> Mapping[str, SafetyText]:
    """The safety texts by kind of danger; every kind the guard can name must have one."""
    texts = {text.id: text for text in (_read(path) for path in sorted(folder.glob("*.yml")))}
    missing = [kind for kind in KINDS if kind not in texts]
    if missing:
        raise ConfigurationError(f"缺少安全提示:{'、'.join(missing)}(应在 data/safety/)", detail=str(folder))
    return MappingProxyType(texts)


def _read(path: Path) -> SafetyText:
    content = read_mapping(path)
    name = path.name
    _expect(content.get("id") == path.stem, name, f"id 应当是 {path.stem}")
    _expect(path.stem in KINDS, name, f"没有叫 {path.stem} 的危险种类")
    for key in ("title", "close", "reviewer"):
        _expect(isinstance(content.get(key), str) and bool(content[key].strip()), name, f"缺少 {key}")
    _expect(isinstance(content.get("date"), date), name, "date 应当是 2026-01-31 这样的日期")
    _expect("{no}" in content["close"], name, "close 里应当有工单号的位置 {no}")
    _expect(isinstance(content.get("then", ""), str), name, "then 应当是文字")
    return SafetyText(
        id=path.stem,
        title=content["title"].strip(),
        text=MappingProxyType(_channel_texts(content, name)),
        then=content.get("then", "").strip(),
        close=content["close"].strip(),
        reviewer=content["reviewer"].strip(),
        date=content["date"],
    )


def _channel_texts(content: dict[str, Any], name: str) -> dict[str, str]:
    texts = content.get("text")
    _expect(isinstance(texts, dict), name, "缺少 text(web、wechat、sms)")
    found: dict[str, str] = {}
    for channel in CHANNELS:
        value = texts.get(channel) if isinstance(texts, dict) else None
        _expect(isinstance(value, str) and bool(value.strip()), name, f"text 里缺少 {channel}")
        found[channel] = str(value).strip()
        first = found[channel].splitlines()[0]
        _expect(len(first) <= FIRST_SENTENCE, name, f"{channel} 的第一句有 {len(first)} 字,最多 {FIRST_SENTENCE} 字")
        for words in _NEVER:
            _expect(words not in found[channel], name, f"{channel} 里不可以写“{words}”")
    return found


def _expect(condition: bool, name: str, problem: str) -> None:
    if not condition:
        raise ConfigurationError(f"data/safety/{name}:{problem}")
