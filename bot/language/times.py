"""When a visit would suit: 明天上午, 后天下午三点以后, 周六, 28号. Only ahead, never guessed.

An expression that could mean two times ("七点", "周末前", "周六" said on a Saturday) or that has passed gives None, so
that the dialogue asks. Windows are aware and in the supplier's local time.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from bot.language.normalise import normalise
from bot.language.numbers import read_small

LOCAL = timezone(timedelta(hours=8))
_N = r"[0-9一二两三四五六七八九十]{1,3}"
_WEEKDAYS = {"一": 0, "1": 0, "二": 1, "2": 1, "三": 2, "3": 2, "四": 3, "4": 3, "五": 4, "5": 4, "六": 5, "6": 5}
_WEEKDAYS |= {"日": 6, "天": 6, "7": 6}
_DAYS_AHEAD = {"大后": 3, "后": 2, "明": 1, "今": 0}

_DAY = (
    r"(?P<near>大后|后|明|今)(?:天|日|儿个?|儿|个儿)|(?P<short>明|今)(?=早|晚|夜|晨|下午|上午)"
    r"|(?P<next>下下|下|这|本)?(?:一)?个?(?:周|星期|礼拜)(?P<week>[一二三四五六日天1-6](?!点|个|[0-9]))"
    rf"|(?:(?P<year>20\d{{2}})[年/.-])?(?<![0-9])(?P<month>{_N})(?:月|[/.-](?=\d))(?P<mday>{_N})(?:号|日)?(?!月)"
    rf"|(?P<nmonth>下个?月|这个?月|本月)?(?P<day>{_N})(?:号|日)(?!楼|院|线|表|桌|门)"
    rf"|(?P<after>{_N})天(?:以后|之后|后)"
)
_PART = (
    r"(?P<part>凌晨|清早|清晨|一大早|一早|早上|早晨|早起|早|上午|前晌|头晌|上半天|中午|晌午|正午|下午|后晌|午后|后半晌"
    r"|傍晚|傍黑|擦黑|晚上|晚|夜里|黑家|黑夜|夜|全天|一整天|整天|一天|白天)"
)
_PART_HOURS = {
    "凌晨": (0, 6),
    "早": (7, 10),
    "上午": (8, 12),
    "中午": (11, 14),
    "下午": (13, 18),
    "傍晚": (17, 19),
    "晚": (18, 21),
    "全天": (8, 18),
}
_PART_NAMES = {
    "清早": "早",
    "清晨": "早",
    "一大早": "早",
    "一早": "早",
    "早上": "早",
    "早晨": "早",
    "早起": "早",
    "前晌": "上午",
    "头晌": "上午",
    "上半天": "上午",
    "晌午": "中午",
    "正午": "中午",
    "后晌": "下午",
    "午后": "下午",
    "后半晌": "下午",
    "傍黑": "傍晚",
    "擦黑": "傍晚",
    "晚上": "晚",
    "夜里": "晚",
    "黑家": "晚",
    "黑夜": "晚",
    "夜": "晚",
    "一整天": "全天",
    "整天": "全天",
    "一天": "全天",
    "白天": "全天",
}
_CLOCK = rf"(?P<h{{0}}>{_N})(?:点钟?(?P<m{{0}}>半|一刻|三刻|{_N}分?)?|:(?P<c{{0}}>[0-5]\d))"
_CLOCKS = (
    _CLOCK.replace("{0}", "1")
    + rf"(?:(?P<to>到|至|-|~|—)(?P<part2>上午|下午|中午|晚上|傍晚)?{_CLOCK.replace('{0}', '2')})?"
    + r"(?P<edge>以后|之后|往后|后|开始|以前|之前|前|左右|前后|来钟)?"
)
_SHORT_CLOCKS = rf"(?P<ha>{_N})(?:到|至|-|~)(?P<hb>{_N})点"
_EXPRESSION = re.compile(rf"(?:(?:{_DAY})的?,?)?(?:{_PART}的?)?(?:{_SHORT_CLOCKS}|{_CLOCKS})?")
_FROM_NOW = re.compile(rf"(?P<n>半|{_N}|俩|仨)个?半?(?P<unit>小时|钟头|分钟|刻钟)(?:以后|之后|后)")
_UNWANTED_AFTER = re.compile(
    r"^[^,。;]{0,4}(?:不行|不中|不在|没空|没人|没时间|不方便|不得闲|别来|先别|有事|不可以|不能|赶不|来不及|出差"
    r"|要出门|要上班|要去|得去|得下地|得上班)"
)
_UNWANTED_BEFORE = re.compile(
    r"(?:除了|约的|约在|约了|约好|原定|原来|本来|登记的|不是|不要|别|由|从|定的)[^,。;改换挪推]{0,4}$"
)
_ANY_DAY = re.compile(r"随便|哪天都|随时|都可以|都行|任何时间")
_GONE = re.compile(r"昨|前天|前晚|刚才|上周|上星期|上礼拜|上个?月|去年|之前说")
_WANTED_BEFORE = re.compile(
    r"(?:改(?:到|成|为|约|期)?|换(?:到|成)?|挪到?|推(?:迟)?到|调到|延到|提前到|→)[^,。;改换]{0,6}$"
)


@dataclass(frozen=True)
class TimeWindow:
    start: datetime
    end: datetime


def read_time_window(text: str, now: datetime) -> TimeWindow | None:
    """The one window the text names that is not yet over at `now`, else None."""
    plain = normalise(text).replace(" ", "")
    local = now.astimezone(LOCAL)
    if _GONE.search(plain):
        return None
    delayed = _FROM_NOW.search(plain)
    if delayed:
        return _from_now(delayed, local)
    wanted = [found for found in _expressions(plain) if not _is_unwanted(plain, found)]
    chosen = [found for found in wanted if _WANTED_BEFORE.search(plain[: found.start()])] or wanted
    if len(chosen) != 1:
        return None
    if not _names_day(chosen[0]) and (_ANY_DAY.search(plain) or any(map(_names_day, _expressions(plain)))):
        return None
    window = _window(chosen[0], local)
    if window is None or window.end <= local:
        return None
    return TimeWindow(max(window.start, local), window.end)


def time_spans(plain: str) -> list[tuple[int, int]]:
    """Where expressions of a time ahead stand in a normalised text."""
    return [found.span() for found in _expressions(plain)] + [found.span() for found in _FROM_NOW.finditer(plain)]


def _expressions(plain: str) -> list[re.Match[str]]:
    return [found for found in _EXPRESSION.finditer(plain) if _says_something(found)]


def _names_day(found: re.Match[str]) -> bool:
    return any(found[name] for name in ("near", "short", "week", "month", "day", "after"))


def _says_something(found: re.Match[str]) -> bool:
    if not found.group():
        return False
    bare_part = found["part"] and found.group() == found["part"]
    return not (bare_part and found["part"] in ("早", "晚", "夜", "一早", "一天", "整天", "全天"))


def _is_unwanted(plain: str, found: re.Match[str]) -> bool:
    return bool(_UNWANTED_AFTER.search(plain[found.end() :]) or _UNWANTED_BEFORE.search(plain[: found.start()]))


def _from_now(found: re.Match[str], now: datetime) -> TimeWindow | None:
    number = 0.5 if found["n"] == "半" else read_small(found["n"])
    if number is None or "个半" in found.group():
        return None
    minutes = {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15}[found["unit"]] * number
    start = now + timedelta(minutes=minutes)
    return TimeWindow(start, start + timedelta(hours=1))


def _window(found: re.Match[str], now: datetime) -> TimeWindow | None:
    day = _day(found, now.date())
    part = _PART_NAMES.get(found["part"] or "", found["part"])
    if day is None:
        if _names_day(found):
            return None
        day = now.date()
    hours = _hours(found, part)
    if hours is None:
        return None
    start, end = (_at(day, minutes) for minutes in hours)
    return TimeWindow(start, end) if start < end else None


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(0), LOCAL) + timedelta(minutes=minutes)


def _day(found: re.Match[str], today: date) -> date | None:
    near = found["near"] or found["short"]
    if near:
        return today + timedelta(days=_DAYS_AHEAD[near])
    if found["week"]:
        return _weekday(found["next"], _WEEKDAYS[found["week"]], today)
    if found["month"]:
        return _month_day(found, today)
    if found["day"]:
        return _day_of_month(found["nmonth"], read_small(found["day"]), today)
    count = read_small(found["after"]) if found["after"] else None
    return today + timedelta(days=count) if count else None


def _weekday(which: str | None, weekday: int, today: date) -> date | None:
    """下周三 lies in the week after this one; a bare 周三 is the next to come, unless today is one."""
    monday = today - timedelta(days=today.weekday())
    if which in ("下", "下下"):
        return monday + timedelta(days=weekday, weeks=len(which))
    day = monday + timedelta(days=weekday)
    if which:
        return day if day >= today else None
    return None if day == today else day + timedelta(weeks=day < today)


def _month_day(found: re.Match[str], today: date) -> date | None:
    month, number = read_small(found["month"]), read_small(found["mday"])
    if not month or not number:
        return None
    if found["year"]:
        return _date(int(found["year"]), month, number)
    this_year = _date(today.year, month, number)
    if this_year and this_year >= today:
        return this_year
    next_year = _date(today.year + 1, month, number)
    return next_year if next_year and next_year - today <= timedelta(days=120) else None


def _day_of_month(which: str | None, number: int | None, today: date) -> date | None:
    if number is None:
        return None
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    if which and which.startswith("下"):
        return _date(following.year, following.month, number)
    day = _date(today.year, today.month, number)
    if day and day >= today:
        return day
    return None if which else _date(following.year, following.month, number)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hours(found: re.Match[str], part: str | None) -> tuple[int, int] | None:
    """First and last minute of the day; None where the clock could mean morning or evening."""
    low, high = (hour * 60 for hour in _PART_HOURS.get(part or "全天", (8, 18)))
    if found["ha"]:
        return _pair(_clock(found["ha"], None, None, part), _clock(found["hb"], None, None, part))
    if not found["h1"]:
        return low, high
    start = _clock(found["h1"], found["m1"], found["c1"], part)
    if start is None:
        return None
    if found["h2"]:
        return _pair(start, _clock(found["h2"], found["m2"], found["c2"], found["part2"] or part))
    return _edged(start, found["edge"] or "", low, high if part else max(high, 18 * 60))


def _edged(start: int, edge: str, low: int, high: int) -> tuple[int, int] | None:
    if edge in ("以后", "之后", "往后", "后", "开始"):
        return start, high if start < high else start + 120
    if edge in ("以前", "之前", "前"):
        return (low, start) if low < start else None
    if edge in ("左右", "前后", "来钟"):
        return start - 30, start + 30
    return start, start + 60


def _pair(start: int | None, end: int | None) -> tuple[int, int] | None:
    return (start, end) if start is not None and end is not None and start < end else None


def _clock(hour_text: str, minute_text: str | None, colon: str | None, part: str | None) -> int | None:
    hour = read_small(hour_text)
    if hour is None or hour > 24:
        return None
    minute = _minute(minute_text, colon)
    if minute is None:
        return None
    if part in ("下午", "傍晚", "晚"):
        hour += 12 if hour < 12 else 0
    elif part == "中午":
        hour += 12 if hour < 3 else 0
    elif part in (None, "全天"):
        if hour in (0, 6, 7):
            return None
        hour += 12 if hour <= 5 else 0
    return hour * 60 + minute


def _minute(text: str | None, colon: str | None) -> int | None:
    if colon:
        return int(colon)
    if not text:
        return 0
    fixed = {"半": 30, "一刻": 15, "三刻": 45}.get(text)
    minute = fixed if fixed is not None else read_small(text.rstrip("分"))
    return minute if minute is not None and minute < 60 else None
