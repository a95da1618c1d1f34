"""What the SMS channel says for itself."""

from typing import Literal

from bot.replies.cards.base import Card


class SmsHelp(Card):
    """Asked for help: what may be written here."""

    kind: Literal["sms_help"] = "sms_help"


class NoticesOff(Card):
    """TD: wished notices end. Those that are owed still come, by another way if the customer says so."""

    kind: Literal["notices_off"] = "notices_off"


class NoticesFamilyAsk(Card):
    """Whose phone is to be told of owed notices instead; `unreadable`: what came is no phone of somebody else."""

    kind: Literal["notices_family_ask"] = "notices_family_ask"
    unreadable: bool = False


class NoticesWay(Card):
    """How owed notices come from now on; `tail`: the last digits of the family's phone."""

    kind: Literal["notices_way"] = "notices_way"
    way: Literal["sms", "call", "family"]
    tail: str = ""


class NoticesOn(Card):
    """All notices come again, by SMS."""

    kind: Literal["notices_on"] = "notices_on"


class SmsPaused(Card):
    """Too many texts: said once, then silence for `minutes`. Danger is answered all the same."""

    kind: Literal["sms_paused"] = "sms_paused"
    minutes: int
