"""Short answers to an open question: yes, no, I don't know, the second one. In dialect, too.

Only whole messages are read: a sentence that says more than the answer gives None, so that nothing in it is lost.
"""

import re
from functools import lru_cache
from typing import Literal

from bot.language.files import lexicon
from bot.language.normalise import normalise
from bot.language.numbers import read_small

YesNo = Literal["yes", "no", "unknown"]

_NOISE = re.compile(r"[\s,。、.!?;:~…·'\"“”‘’()\-]+")
_TAIL = re.compile(r"(?:吧|啊|呀|呢|嘞|哩|咧|啦|了|的|哈|哦|噢|嘛|么|哎|呗|哟|诶|欸|喽|滴|谢谢|谢了|多谢|哇)+$")
_HEAD = re.compile(
    r"^(?:那|那就|嗯|恩|哦|噢|哎|唉|诶|喔|呃|额|啊|咳|闺女|同志|师傅|你好|俺说|我说|这|这个|那个|俺|我|咱|就"
    r"|应该|好像|大概)+"
)
_CIRCLED = {chr(0x2460 + number): number + 1 for number in range(20)} | {
    chr(0x2776 + number): number + 1 for number in range(10)
}
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_ORDINAL = re.compile(
    r"(?:我|俺)?(?:就)?(?:选|要|选择|按|回复|回|点|是)?(?:第)?(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?:个|项|条|种|号|位|户|家|张|笔)?(?:那个|那项|选项|吧|啊|呗|的|嘞)*"
)
_LETTER = re.compile(r"(?:我|俺)?(?:选|要)?(?P<letter>[a-h])(?:项|选项)?")
_LAST = re.compile(r"(?:选|要)?(?:最后|末尾|最下面|最底下|最末)(?:的)?(?:那)?(?:一)?(?:个|项|条)?(?:那个)?")
_FIRST = re.compile(r"(?:选|要)?(?:最前面|最上面|头|打头|最上头|最先)(?:的)?(?:那)?(?:一)?(?:个|项|条)(?:那个)?")


def read_yes_no(text: str) -> YesNo | None:
    """What a short answer says; None where it says neither or more than that."""
    plain = _NOISE.sub("", normalise(text))
    words = _answers()
    if not plain or len(plain) > 16 or normalise(text).rstrip().endswith("?"):
        return None
    for candidate in _stripped(plain):
        if candidate in words:
            return words[candidate]
    return _repeated(plain, words)


def read_ordinal(text: str, count: int) -> int | None:
    """Which of `count` options is meant, counted from 0: 第二个 → 1, 最后一个 → count - 1. 2号楼 is none of them."""
    circled = text.strip()
    if circled in _CIRCLED:
        return _within(_CIRCLED[circled], count)
    plain = _NOISE.sub("", normalise(_KEYCAP.sub(r"\1", text)))
    if _LAST.fullmatch(plain):
        return count - 1 if count else None
    if _FIRST.fullmatch(plain):
        return 0 if count else None
    letter = _LETTER.fullmatch(plain)
    if letter:
        return _within(ord(letter["letter"]) - ord("a") + 1, count)
    found = _ORDINAL.fullmatch(plain)
    number = read_small(found["number"]) if found else None
    return _within(number, count) if number else None


def _within(number: int, count: int) -> int | None:
    return number - 1 if 1 <= number <= count else None


def _stripped(plain: str) -> list[str]:
    """The answer itself, then without what people put around it."""
    short = _TAIL.sub("", plain)
    bare = _HEAD.sub("", plain)
    return [form for form in (plain, short, bare, _TAIL.sub("", bare)) if form]


def _repeated(plain: str, words: dict[str, YesNo]) -> YesNo | None:
    """An answer said several times (不是不是, 中中) or two that agree (对 是我)."""
    found: set[YesNo] = set()
    rest = plain
    while rest:
        word = next((word for size in range(len(rest), 0, -1) if (word := rest[:size]) in words), None)
        if word is None:
            rest = _TAIL.sub("", rest)
            return found.pop() if not rest and len(found) == 1 else None
        found.add(words[word])
        rest = rest[len(word) :]
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=1)
def _answers() -> dict[str, YesNo]:
    data = lexicon("answers")
    kinds: tuple[YesNo, ...] = ("yes", "no", "unknown")
    return {normalise(str(word)): kind for kind in kinds for word in data[kind]}
