"""The first message of a web session: who speaks, and four things to begin with."""

from bot.replies.cards import Card, Option
from bot.replies.cards.talk import Greet
from bot.replies.titles import title

FIRST = ("report_no_power", "check_bill", "ask_policy")


def greeting() -> Card:
    options = [Option(title=title(intent), intent=intent) for intent in FIRST]
    return Greet(options=[*options, Option(title=title("human"), intent="request_human")])
