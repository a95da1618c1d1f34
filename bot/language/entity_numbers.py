"""Numbers in a message told apart: account, meter, phone, ticket, code, amount, capacity."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.language.numbers import SPOKEN_DIGITS, read_digits, read_number

_SPOKEN = "".join(SPOKEN_DIGITS)
# Digits written or spoken, in pieces. Spoken ones only in long runs: 一 and 两 are everyday words.
_WRITTEN_RUN = re.compile(r"(?<![\da-z.])\d(?:[ \-]?\d){4,25}(?![\da-z]|\.\d)")
_SPOKEN_RUN = re.compile(rf"[{_SPOKEN}](?:[ ,\-]?[{_SPOKEN}\d]){{5,25}}")
_PRIVATE = re.compile(
    r"(?<![\da-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])"
    r"|(?<![\da-z])9[1-3]\d{6}[\da-z]{10}(?![\da-z])|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?<!\d)62\d{14,17}(?!\d)"
)
_TICKET = re.compile(r"(?<![\da-z])(?P<word>lz) ?-? ?(?P<date>\d{6}) ?-? ?(?P<serial>\d{4})(?!\d)")
_OTHER_TICKET = re.compile(r"(?<![\da-z])[a-z]{2,4}[- ]?(?:\d{6,8}(?:-?\d{3,6})?|\d{4} \d{4}(?: \d{2,4})?)(?![\da-z])")
_NAMED_TICKET = re.compile(
    r"(?:工单编?|受理编?|单子?编?)号?(?:码)?(?:是|为|:|：|,)? ?(?P<digits>\d(?:[ -]?\d){5,15})(?!\d)"
)
_LANDLINE = re.compile(r"(?<!\d)(?P<digits>(?:010|02\d|0[3-9]\d{2})[ -]?[2-8]\d{6,7})(?!\d)")
_NAMED_LANDLINE = re.compile(r"(?:座机|电话|固话|打|号码)(?:号码?)?(?:是|:|,)? ?(?P<digits>[2-8]\d{6,7})(?!\d)")
_METER_WORD = re.compile(
    r"(?:电?表号|电表编?号|资产(?:编)?号|表计(?:编)?号|电?表上(?:写的|印的|贴的|的)?(?:号码?|编号)?|表的编号|条形?码)"
    r"(?:码)?(?:是|为|:|,)? ?$"
)
_ACCOUNT_WORD = re.compile(r"(?:户号|客户编?号|用户编?号|户头号|缴费号|交费号|编号)(?:码)?(?:是|为|:|,)? ?$")
_CODE_WORD = re.compile(r"(?:验证码|校验码|动态码|短信码|码|收到的|收到)(?:是|为|:|,)? ?(?:的是|是)? ?$")
_CODE_TALK = re.compile(
    r"(?:验证|校验|动态|短信|确认|那个)码|口令|code|[六6]位数|收到了?,?是|码(?:来|发|收)|收到(?:了|的)?(?:短信|数字)"
)
_MONTH_OF_YEAR = re.compile(r"20\d{2}-\d{2}")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[零一二两三四五六七八九十百千万点〇俩仨半]{1,12}"
_MONEY = re.compile(
    rf"(?P<yuan>{_NUMBER})(?P<wan>万)?[多来]?(?:元|块钱|块|圆|rmb)(?P<jiao>\d|[一二两三四五六七八九])?(?:毛|角)?"
    r"(?P<fen>[\d一二三四五六七八九])?分?(?:钱|整)?"
    rf"|(?P<only>{_NUMBER})(?:毛|角)(?P<onlyfen>[\d一二三四五六七八九])?分?(?:钱)?|[¥￥] ?(?P<sign>{_NUMBER})"
    r"|(?:(?<=[扣交充存付缴]了)|(?<=[预存充交][存值费]))(?P<bare>\d+(?:\.\d{1,2})?|[一二两三四五六七八九十百千]{2,6})"
    r"(?![\d.一二两三四五六七八九十百千几多个度天次月号年户块元毛遍小分表家])"
)
_CAPACITY = re.compile(
    # 千 before 瓦 belongs to the unit.
    rf"(?P<number>(?:{_NUMBER})(?<!千)|[零一二两三四五六七八九十百点半]{{1,12}}?) ?(?:个)?"
    rf"(?P<unit>kva|千伏安|kv·?a|kw(?!h)|千瓦(?!时)|kilowatt|瓦(?!斯|房)|w(?![a-z]))"
)


@dataclass(frozen=True)
class Found:
    """A value on the view; without an entity name it only keeps others from reading there."""

    entity: str
    value: str
    start: int
    end: int


def private_numbers(plain: str) -> Iterator[Found]:
    """Identity cards, tax numbers, bank cards and mail addresses: nobody's account number."""
    for found in _PRIVATE.finditer(plain):
        yield Found("", "", *found.span())


def ticket_numbers(plain: str) -> Iterator[Found]:
    for found in _TICKET.finditer(plain):
        yield Found("ticket_no", f"LZ{found['date']}{found['serial']}", *found.span())
    for found in _OTHER_TICKET.finditer(plain):
        yield Found("ticket_no", re.sub(r"[ -]", "", found.group()).upper(), *found.span())
    for found in _NAMED_TICKET.finditer(plain):
        yield Found("ticket_no", read_digits(found["digits"]) or "", *found.span("digits"))


def phones(plain: str) -> Iterator[Found]:
    for start, end, digits in _runs(plain):
        local = digits[2:] if digits.startswith("86") and len(digits) == 13 else digits
        if re.fullmatch(r"1[3-9]\d{9}", local):
            yield Found("phone", local, _behind_country(plain, start) if local != digits else start, end)
    for found in _LANDLINE.finditer(plain):
        yield Found("phone", read_digits(found["digits"]) or "", *found.span("digits"))
    for found in _NAMED_LANDLINE.finditer(plain):
        yield Found("phone", found["digits"], *found.span("digits"))


def _behind_country(plain: str, start: int) -> int:
    """Where the number goes on behind the 86 it begins with."""
    behind = re.compile(r"8[ -]?6[ -]?").match(plain, start)
    return behind.end() if behind else start


def named_numbers(plain: str) -> Iterator[Found]:
    """Numbers whose kind the customer says: 表号 …, 户号 …, 验证码 …."""
    for start, end, digits in _runs(plain):
        before = plain[:start]
        if _METER_WORD.search(before) and len(digits) >= 6:
            yield Found("meter_no", digits, start, end)
        elif _ACCOUNT_WORD.search(before) and len(digits) in (10, 13):
            yield Found("account_no", digits, start, end)
        elif _CODE_WORD.search(before) and len(digits) == 6:
            yield Found("code", digits, start, end)


def account_numbers(plain: str) -> Iterator[Found]:
    for start, end, digits in _runs(plain):
        if len(digits) in (10, 13):
            yield Found("account_no", digits, start, end)


def meter_numbers(plain: str) -> Iterator[Found]:
    """What is too long for an account."""
    for start, end, digits in _runs(plain):
        if len(digits) == 12 or 14 <= len(digits) <= 24:
            yield Found("meter_no", digits, start, end)


def codes(plain: str) -> Iterator[Found]:
    """Six digits that are the whole message, or stand in one that speaks of a code."""
    if _CODE_TALK.search(plain):
        yield from (Found("code", digits, start, end) for start, end, digits in _runs(plain) if len(digits) == 6)
    digits = read_digits(plain)
    if digits and len(digits) == 6 and not _MONTH_OF_YEAR.fullmatch(plain.strip()):
        stripped = plain.strip()
        start = plain.index(stripped)
        yield Found("code", digits, start, start + len(stripped))


def capacities(plain: str) -> Iterator[Found]:
    for found in _CAPACITY.finditer(plain):
        number = read_number(found["number"])
        if number is None or number == 0:
            continue
        if found["unit"] in ("瓦", "w"):
            number, unit = number / 1000, "kW"
        else:
            unit = "kVA" if found["unit"] in ("kva", "千伏安", "kva", "kv·a") else "kW"
        yield Found("capacity", f"{_plain_decimal(number)} {unit}", *found.span())


def amounts(plain: str) -> Iterator[Found]:
    for found in _MONEY.finditer(plain):
        amount = _amount(found)
        if amount is not None:
            yield Found("amount", f"{amount:.2f}", *found.span())


def _amount(found: re.Match[str]) -> Decimal | None:
    whole = found["yuan"] or found["only"] or found["sign"] or found["bare"]
    amount = read_number(whole)
    if amount is None:
        return None
    if found["only"]:
        return amount / 10 + _digit(found["onlyfen"]) / 100
    if found["wan"]:
        amount *= 10000
    return amount + _digit(found["jiao"]) / 10 + _digit(found["fen"]) / 100


def _digit(text: str | None) -> Decimal:
    return Decimal(SPOKEN_DIGITS.get(text, text)) if text else Decimal(0)


def _plain_decimal(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _runs(plain: str) -> Iterator[tuple[int, int, str]]:
    for pattern in (_WRITTEN_RUN, _SPOKEN_RUN):
        for found in pattern.finditer(plain):
            digits = read_digits(found.group())
            if digits:
                yield found.start(), found.end(), digits
