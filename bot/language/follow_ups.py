"""Messages that only go on with what was told before: 那九月呢, 上上个月的, 跟去年比呢. Pure; no guess at a topic."""

import re

from bot.language.normalise import normalise
from bot.language.past_days import PAST_DAY
from bot.language.periods import period_spans

_FILLERS = re.compile(
    r"那么?|那个|呢|的|嘞|哩|么|吗|嘛|啊|呀|哦|我|俺|要|想|再|还有|也|给|查|看看?|一下|下|个|和|跟|是|多少|咋样|怎么样|还|就|说"
    r"|[??!!。,,、…~\s]"
)
_PUNCTUATION = re.compile(r"[^\w]")
_COMPARED = re.compile(r"比(?:呢|一比|比|较|$|[??!。])|对比|相比|比起来|比上|比去年|比同期|多了还是少了")
_LAST_YEAR = re.compile(r"去年(?:同期|同月|这时候|这个时候|比)|(?:比|跟|和|同|较|与)(?:去年|上年)|同期")
_WITH = re.compile(r"去年|前年|同期|上年|上个?月|上上个?月|上一?期|往年|以前|之前|月")
_REFERENCE = ("比", "跟", "和", "同", "较", "与")
LONGEST = 14
BARE = 6


def is_only_a_time(text: str) -> bool:
    """Hardly a word besides a month, a span of months or a day."""
    plain = normalise(text).replace(" ", "")
    rest = plain
    for start, end in reversed(period_spans(plain)):
        rest = rest[:start] + rest[end:]
    rest = PAST_DAY.sub("", rest)
    return rest != plain and not _FILLERS.sub("", rest)


def asks_to_compare(text: str) -> bool:
    """A short wish to see it beside another time."""
    plain = normalise(text).replace(" ", "")
    return len(plain) <= LONGEST and bool(_COMPARED.search(plain)) and bool(_WITH.search(plain))


def is_short(text: str) -> bool:
    """Few enough words to go on with what was told: 店里那户呢."""
    return len(_PUNCTUATION.sub("", normalise(text))) <= LONGEST


def compares_with_last_year(text: str) -> bool:
    """Whether something is held against the same time of last year."""
    return bool(_LAST_YEAR.search(normalise(text).replace(" ", "")))


def is_bare(text: str) -> bool:
    """So few words that they speak of what was told last: 为啥, 咋恁高, 为什么高."""
    return len(_PUNCTUATION.sub("", normalise(text))) <= BARE


def without_reference(text: str) -> str:
    """The words without the time something is compared with: 十月比九月高 → 十月高."""
    plain = normalise(text).replace(" ", "")
    for start, end in reversed(period_spans(plain)):
        if plain[:start].endswith(_REFERENCE):
            plain = plain[:start] + plain[end:]
    return plain
