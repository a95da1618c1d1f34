"""Numbers as customers write and speak them: 一百二十三点五, 三百二, 幺三八, 4100 0000 17.

Both readers take a whole expression and give None for anything that is not exactly one number: finding numbers in a
sentence is the work of `entities`.
"""

import re
from decimal import Decimal, InvalidOperation

from bot.language.normalise import normalise

SPOKEN_DIGITS = {
    "零": "0",
    "〇": "0",
    "洞": "0",
    "一": "1",
    "幺": "1",
    "腰": "1",
    "壹": "1",
    "二": "2",
    "两": "2",
    "贰": "2",
    "三": "3",
    "叁": "3",
    "四": "4",
    "肆": "4",
    "五": "5",
    "伍": "5",
    "六": "6",
    "陆": "6",
    "七": "7",
    "拐": "7",
    "柒": "7",
    "八": "8",
    "捌": "8",
    "九": "9",
    "勾": "9",
    "玖": "9",
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_WHOLE_WORDS = {"俩": "2", "仨": "3", "半": "0.5", "廿": "20", "卅": "30"}
_PLAIN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SEPARATORS = re.compile(r"[\s\-_.,,、·—–]+")
_BARE_TAIL = re.compile(r"^(.*[百千万])([一二三四五六七八九])$")


def read_number(text: str) -> Decimal | None:
    """The number a whole expression stands for: 三百二 → 320, 一万二 → 12000, 一点五 → 1.5, 1,200 → 1200."""
    plain = normalise(text).strip().replace(" ", "")
    if _PLAIN.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    if plain in _WHOLE_WORDS:
        return Decimal(_WHOLE_WORDS[plain])
    mixed = re.fullmatch(r"(\d+(?:\.\d+)?)([百千万])", plain)
    if mixed:
        return Decimal(mixed.group(1)) * {"百": 100, "千": 1000, "万": 10000}[mixed.group(2)]
    whole, point, fraction = plain.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return None if value is None else Decimal(value)
    return _with_fraction(value, fraction)


def read_small(text: str) -> int | None:
    """A whole number up to some thousands, as in dates, hours and counts."""
    value = read_number(text)
    return int(value) if value is not None and value == int(value) and value < 10000 else None


def read_digits(text: str) -> str | None:
    """A string of digits, written, spoken or in pieces: 四幺零零 → 4100, 4100-0000-25 → 4100000025."""
    plain = _SEPARATORS.sub("", normalise(text))
    digits = "".join(SPOKEN_DIGITS.get(char, char) for char in plain)
    return digits if digits and digits.isascii() and digits.isdigit() else None


def _with_fraction(value: int, fraction: str) -> Decimal | None:
    digits = read_digits(fraction)
    try:
        return Decimal(f"{value}.{digits}") if digits else None
    except InvalidOperation:
        return None


def _whole(text: str) -> int | None:
    """A whole number in Chinese words below 10^8; None for digits said one by one (一二三)."""
    tail = _BARE_TAIL.match(text)
    if tail and "零" not in text[-2:]:
        head, last = _whole(tail.group(1)), int(SPOKEN_DIGITS[tail.group(2)])
        unit = {"百": 10, "千": 100, "万": 1000}[tail.group(1)[-1]]
        return None if head is None else head + last * unit
    high, wan, low = text.partition("万")
    if wan:
        upper, lower = _below_wan(high), _below_wan(low.lstrip("零")) if low else 0
        return None if upper is None or lower is None else upper * 10000 + lower
    return _below_wan(text)


def _below_wan(text: str) -> int | None:
    total, digit = 0, None
    floor = 100000
    for char in text:
        if char in _UNITS:
            unit = _UNITS[char]
            if unit >= floor or (digit is None and unit != 10):
                return None
            total, digit, floor = total + (digit or 1) * unit, None, unit
        elif char in SPOKEN_DIGITS and digit in (None, 0):
            digit = int(SPOKEN_DIGITS[char])
        else:
            return None
    if not text or (digit == 0 and total and text[-1] in "零〇"):
        return total if text and total else None
    return total + (digit or 0)
