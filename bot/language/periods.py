"""The months a customer asks about: 上个月, 去年八月, 10月份, 最近半年, 2026年3月, 五月到七月.

Always months of use, past or running, never guessed: an expression with two readings, a lunar month or a month that
has not begun gives None. 上个月 is marked `latest`: the newest issued bill, which only the caller knows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.language.normalise import normalise
from bot.language.numbers import read_digits, read_small

_N = r"[0-9一二三四五六七八九十]{1,3}"
_YEAR = (
    r"(?:(?P<YY>(?:19|20)\d{2}|\d{2}|[二〇零一三四五六七八九]{4}|[二两一三四五六七八九]{2})年"
    r"|(?P<YYw>去年|今年|前年|上年|本年))?的?"
)
_MONTH = _YEAR + rf"(?P<MM>{_N})月(?:份)?(?!{_N}(?:日|号))"


def _pattern(template: str, year: str, month: str = "") -> str:
    return template.replace("YY", year).replace("MM", month)


_TO = r"(?:到|至|-|~|—|–|和?到)"
_RANGE = re.compile(_pattern(_MONTH, "y1", "m1") + _TO + _pattern(_MONTH, "y2", "m2"))
_SHORT_RANGE = re.compile(
    _pattern(_YEAR, "y") + r"(?P<a>" + _N + r")月?(?P<to>" + _TO[3:-1] + r"|、|和|跟)(?P<b>" + _N + r")月(?:份)?"
)
_SINGLE = re.compile(_pattern(_MONTH, "y", "m"))
_NUMERIC = re.compile(r"(?<!\d)(20\d{2})(?:-|/|\.)?(0[1-9]|1[0-2]|(?<=[-/.])[1-9])(?![\d年])(?![-/.]\d)")
_QUARTER = re.compile(_pattern(_YEAR, "y") + r"第?(?P<q>[1-4一二三四])(?:个)?季度?(?!节)")
_HALF = re.compile(_pattern(_YEAR, "y") + r"(?P<h>上|下)半年")
_LAST_N = re.compile(rf"(?:最近|近|过去|这|前面?这)的?(?P<n>{_N}|半年|两)(?P<u>个月|个多月|年)?(?:来|内|以来)?")
_WHOLE_YEAR = re.compile(r"(?P<y>20\d{2})年(?!\d|[一二三四五六七八九十])|(?P<w>去年|前年|上年|今年|本年度?)(?!同期)")
_LUNAR = re.compile(r"正月|腊月|冬月|闰.?月|农历|阴历|初[一二三四五六七八九十]|春节|夏天|冬天|秋天|春天|夏季|冬季")
_FUTURE = re.compile(r"明年|后年|下个?月|下个?季度|以后|今后")
_BEFORE_LAST = re.compile(r"(?:大上个?|上上个?)月")
_LATEST = re.compile(
    r"(?<!上)上(?:一)?个?月(?!\d)|上一?期|最近一期|最新(?:一期|的?账单|的?电费)|刚出的账单"
    r"|最近(?:一个月|一次账单|的账单)"
)
_THIS = re.compile(r"(?:这|本|当|今)个?月")


@dataclass(frozen=True)
class Period:
    """From the month `first` to the month `last`, both written as the first day of that month."""

    first: date
    last: date
    kind: str = "month"


Finding = tuple[int, int, "Period | None"]


def read_period(text: str, today: date) -> Period | None:
    """The one period the text names, or None where it names none, several, or one that cannot be told."""
    periods = {period for _, _, period in _found(text, today)}
    return periods.pop() if len(periods) == 1 else None


def read_periods(text: str, today: date) -> list[Period]:
    """Every period the text names, in its order; empty where it names none, or one that cannot be told."""
    periods = list(dict.fromkeys(period for _, _, period in sorted(_found(text, today), key=lambda f: f[:2])))
    return [] if None in periods else [period for period in periods if period is not None]


def names_unclear_months(text: str) -> bool:
    """Whether months are named in a way nobody can be sure of: 腊月, 夏天, 前年冬天, 下个月."""
    plain = normalise(text).replace(" ", "")
    return bool(_LUNAR.search(plain) or _FUTURE.search(plain))


def _found(text: str, today: date) -> list[Finding]:
    plain = normalise(text).replace(" ", "")
    found: list[Finding] = []
    if not names_unclear_months(plain):
        for reader in _READERS:
            _take(reader(plain, today), found)
    return found


def period_spans(plain: str) -> list[tuple[int, int]]:
    """Where expressions of a period stand in a normalised text."""
    found: list[Finding] = []
    for reader in _READERS:
        _take(reader(plain, date(2000, 12, 1)), found)
    return sorted((start, end) for start, end, _ in found)


def months_before(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _take(findings: list[Finding], found: list[Finding]) -> None:
    """Keep what stands where nothing has been read yet."""
    for finding in findings:
        if not any(finding[0] < end and start < finding[1] for start, end, _ in found):
            found.append(finding)


def _year(found: re.Match[str], name: str, today: date) -> int | None:
    """The year said, None where none was said."""
    word = found.group(name + "w")
    if word:
        return today.year - {"去年": 1, "上年": 1, "前年": 2}.get(word, 0)
    digits = read_digits(found.group(name) or "")
    if not digits:
        return None
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(year: int | None, number: str, today: date) -> date | None:
    """That month; without a year the newest one that has begun; None for month 13 and for the future."""
    month = read_small(number)
    if month is None or not 1 <= month <= 12:
        return None
    if year is None:
        year = today.year if month <= today.month else today.year - 1
    first = date(year, month, 1)
    return first if first <= today else None


def _between(first: date | None, last: date | None) -> Period | None:
    return Period(first, last, "range") if first and last and first <= last else None


def _ranges(plain: str, today: date) -> list[Finding]:
    return [(*found.span(), _long_range(found, today)) for found in _RANGE.finditer(plain)] + [
        (*found.span(), _same_year_range(found, today))
        for found in _SHORT_RANGE.finditer(plain)
        if not _two_months(found)
    ]


def _two_months(found: re.Match[str]) -> bool:
    """7月、9月: two months by themselves, not a span."""
    first, last = read_small(found["a"]), read_small(found["b"])
    apart = first is not None and last is not None and (last - first) % 12 != 1
    return found["to"] in "、和跟" and apart and f"{found['a']}月" in found[0]


def _long_range(found: re.Match[str], today: date) -> Period | None:
    last_year, first_year = _year(found, "y2", today), _year(found, "y1", today)
    last = _month(first_year if last_year is None else last_year, found["m2"], today)
    if first_year is None and last:
        return _between(_at_or_before(found["m1"], last), last)
    return _between(_month(first_year, found["m1"], today), last)


def _same_year_range(found: re.Match[str], today: date) -> Period | None:
    year = _year(found, "y", today)
    last = _month(year, found["b"], today)
    if last is None:
        return None
    first = _at_or_before(found["a"], last)
    if found["to"] in "、和跟" and first != months_before(last, 1):
        return None
    return _between(first, last) if year is None or (first and first.year == year) else None


def _at_or_before(number: str, last: date) -> date | None:
    month = read_small(number)
    if month is None or not 1 <= month <= 12:
        return None
    return date(last.year if month <= last.month else last.year - 1, month, 1)


def _singles(plain: str, today: date) -> list[Finding]:
    findings: list[Finding] = []
    for found in _SINGLE.finditer(plain):
        month = _month(_year(found, "y", today), found["m"], today)
        findings.append((*found.span(), Period(month, month) if month else None))
    for found in _NUMERIC.finditer(plain):
        month = _month(int(found[1]), found[2], today)
        findings.append((*found.span(), Period(month, month) if month else None))
    return findings


def _quarters(plain: str, today: date) -> list[Finding]:
    findings: list[Finding] = []
    for found in _QUARTER.finditer(plain):
        quarter = read_small(found["q"]) or 1
        findings.append((*found.span(), _part_of_year(_year(found, "y", today), quarter * 3 - 2, 3, today)))
    for found in re.finditer(r"(?P<w>上|这|本)(?:一)?个?季度", plain):
        start = months_before(today.replace(day=1), (today.month - 1) % 3 + (3 if found["w"] == "上" else 0))
        last = min(months_before(start, -2), today.replace(day=1))
        findings.append((*found.span(), Period(start, last, "range")))
    return findings


def _halves(plain: str, today: date) -> list[Finding]:
    findings: list[Finding] = []
    for found in _HALF.finditer(plain):
        start = 1 if found["h"] == "上" else 7
        findings.append((*found.span(), _part_of_year(_year(found, "y", today) or today.year, start, 6, today)))
    return findings


def _part_of_year(year: int | None, start: int, count: int, today: date) -> Period | None:
    """Months of one year, cut at the running month; None where they have not begun."""
    if year is None:
        year = today.year if start <= today.month else today.year - 1
    first = date(year, start, 1)
    last = min(date(year, start + count - 1, 1), today.replace(day=1))
    return _between(first, last)


def _last_months(plain: str, today: date) -> list[Finding]:
    findings: list[Finding] = []
    for found in _LAST_N.finditer(plain):
        count = _count(found)
        if count and 1 < count <= 36:
            newest = months_before(today.replace(day=1), 1)
            findings.append((*found.span(), Period(months_before(newest, count - 1), newest, "range")))
    return findings


def _count(found: re.Match[str]) -> int | None:
    if found["n"] == "半年":
        return 6
    number = read_small(found["n"])
    if number is None or found["u"] is None:
        return None
    return number * 12 if found["u"] == "年" else number


def _years(plain: str, today: date) -> list[Finding]:
    findings: list[Finding] = []
    for found in _WHOLE_YEAR.finditer(plain):
        year = int(found["y"]) if found["y"] else today.year - {"去年": 1, "上年": 1, "前年": 2}.get(found["w"], 0)
        last = min(date(year, 12, 1), today.replace(day=1))
        findings.append((*found.span(), _between(date(year, 1, 1), last)))
    return findings


def _relative(plain: str, today: date) -> list[Finding]:
    this = today.replace(day=1)
    readings = (
        (_BEFORE_LAST, Period(months_before(this, 2), months_before(this, 2))),
        (_LATEST, Period(months_before(this, 1), months_before(this, 1), "latest")),
        (_THIS, Period(this, this)),
    )
    return [(*found.span(), period) for pattern, period in readings for found in pattern.finditer(plain)]


# The longer reading first: what one has taken, the next does not look at.
_READERS: tuple[Callable[[str, date], list[Finding]], ...] = (
    _ranges,
    _singles,
    _quarters,
    _halves,
    _relative,
    _last_months,
    _years,
)
