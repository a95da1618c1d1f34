"""Telephone numbers: as the house keeps them (13800000017; abroad +49…), and as carriers want them (+8613800000017)."""

from functools import cache

import phonenumbers

from bot.channels.sms.words import words

LONGEST = 20
MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def address_of(number: str, region: str) -> str | None:
    """The number as the house keeps it; None where nobody could be reached under it."""
    parsed = _parsed(number, region)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return None
    if parsed.country_code == _country_code(region):
        national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        return "".join(filter(str.isdigit, national))
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def e164(address: str, region: str) -> str:
    """The number of a kept address with its country; an address that is none is given back as it is."""
    parsed = _parsed(address, region)
    return address if parsed is None else str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def is_mobile(address: str, region: str) -> bool:
    """Whether a text can be read there."""
    parsed = _parsed(address, region)
    return parsed is not None and phonenumbers.number_type(parsed) in MOBILE


def is_person(address: str) -> bool:
    """Whether somebody may sit behind it: not the numbers of services, platforms and robots."""
    return not address.startswith(words().no_reply_prefixes)


def _parsed(number: str, region: str) -> phonenumbers.PhoneNumber | None:
    """Carriers write 8613…, 008613…, +8613… and 13… for the same phone."""
    plain = number.strip()
    if not 3 <= len(plain) <= LONGEST or not plain.removeprefix("+").isascii() or not plain.removeprefix("+").isdigit():
        return None
    code = str(_country_code(region))
    if plain.startswith(code) and len(plain) > len(code) + 9:
        plain = "+" + plain
    try:
        return phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return None


@cache
def _country_code(region: str) -> int:
    return int(phonenumbers.country_code_for_region(region))
