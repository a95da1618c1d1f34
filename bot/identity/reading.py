"""Reading what customers type to say who they are: phone, account or meter number, a code, "it never came"."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from bot.language.normalise import normalise
from bot.language.numbers import SPOKEN_DIGITS

TEXTS = Path(__file__).with_name("texts.yml")
CODE_LENGTH = 6
_DIGIT = "[0-9" + "".join(SPOKEN_DIGITS) + "]"
_RUN = re.compile(rf"{_DIGIT}(?:[\s\-.+]?{_DIGIT})*")
_PHONE = re.compile(r"(?:86)?(1[3-9]\d{9})")
ACCOUNT_LENGTHS = (10, 13)
METER_LENGTHS = range(12, 23)
Kind = Literal["phone", "account", "meter"]


@dataclass(frozen=True)
class Identifier:
    kind: Kind
    digits: str


def read_identifier(text: str) -> Identifier | None:
    """The one number in a text that can be a phone, an account or a meter; None for none or several."""
    found = {identifier for run in digit_runs(text) if (identifier := _identifier(run))}
    return found.pop() if len(found) == 1 else None


def read_code(text: str) -> str | None:
    """Six digits, however they are spaced; None where there are none or several."""
    found = {run for run in digit_runs(text) if len(run) == CODE_LENGTH}
    return found.pop() if len(found) == 1 else None


def says_not_received(text: str) -> bool:
    return _says("not_received", text)


def says_send_again(text: str) -> bool:
    return _says("send_again", text)


def says_number_unknown(text: str) -> bool:
    return _says("number_unknown", text)


def digit_runs(text: str) -> list[str]:
    """Each run of digits, written or spoken, without what stands between them."""
    runs = []
    for match in _RUN.finditer(normalise(text)):
        digits = "".join(SPOKEN_DIGITS.get(char, char) for char in match.group())
        runs.append(re.sub(r"\D", "", digits))
    return runs


@cache
def texts() -> dict[str, str | list[str] | dict[str, list[str]]]:
    return dict(yaml.safe_load(TEXTS.read_text(encoding="utf-8")))


def _says(key: str, text: str) -> bool:
    plain = normalise(text).replace(" ", "")
    return any(phrase in plain for phrase in texts()[key])


def _identifier(digits: str) -> Identifier | None:
    phone = _PHONE.fullmatch(digits)
    if phone:
        return Identifier("phone", phone[1])
    if len(digits) in ACCOUNT_LENGTHS:
        return Identifier("account", digits)
    return Identifier("meter", digits) if len(digits) in METER_LENGTHS else None
