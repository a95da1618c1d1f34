"""What the SMS channel says for itself."""

from typing import Literal

from bot.replies.cards.base import Card


class SmsHelp(Card):
    """Asked for help: what may be written here."""

    kind: Literal["sms_help"] = "sms_help"


class NoticesOff(Card):
    """TD: wished notices end. Those that are owed still come, by another way if the customer says so."""

    kind: Literal["notices_off"] = "notices_off"


class NoticesOn(Card):
    """The wished notices come again."""

    kind: Literal["notices_on"] = "notices_on"


class SmsPaused(Card):
    """Too many texts: said once, then silence for `minutes`. Danger is answered all the same."""

    kind: Literal["sms_paused"] = "sms_paused"
    minutes: int
