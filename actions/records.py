"""What the records say before anything is asked: the proved account, its place on the network, its outages."""

from dataclasses import dataclass

from actions.house import house
from actions.turn import Turn
from bot.errors import NotAllowed, Unavailable
from bot.identity import ProvenPhone, VerifiedAccount
from bot.identity.grants import DUE
from bot.outages import NetworkPlace, OutageNews
from bot.replies.cards import Option
from bot.replies.cards.outages import OutageItem, OutageNewsCard

NUMBERS = ("account_no", "meter_no")


@dataclass(frozen=True)
class Whereabouts:
    """Supply points found by number, and the village or estate the words name. Either may be missing."""

    points: list[NetworkPlace]
    named: NetworkPlace | None
    words: str
    proved: bool = False

    @property
    def known(self) -> bool:
        return bool(self.points or self.named)

    @property
    def area(self) -> str | None:
        """Of the proved account or the village named; a number nobody proved tells nothing of itself."""
        found = [*(self.points if self.proved else []), *([self.named] if self.named else [])]
        return next((place.area for place in found if place.area), None)

    @property
    def outages(self) -> list[OutageNews]:
        """Those of the supply points, else those of the area named."""
        rooms = house().outages
        return rooms.affecting(self.points) if self.points else rooms.by_area(self.words)


def proof_of(turn: Turn) -> VerifiedAccount | None:
    """The account proved in this conversation, if it still is."""
    try:
        return house().identity.access_account(turn.conversation_id)
    except NotAllowed:
        return None


def cut_off(proof: VerifiedAccount | None) -> bool:
    """Whether supply is cut for money owed, as far as the proof and the records reach now: help does not wait."""
    try:
        return proof is not None and house().billing.supply(proof).cut_at is not None
    except (NotAllowed, Unavailable):
        return False


def level_1(turn: Turn, scope: str) -> list[ProvenPhone]:
    """Accounts the channel itself has proved and that may be told of this; where the message names some, those."""
    said = next((turn.entities[name] for name in NUMBERS if name in turn.entities), None)
    proofs = [proof for proof in house().proven_by_channel(turn.conversation_id) if proof.grant.allows(scope)]
    return [proof for proof in proofs if said is None or proof.account_no == house().customers.account_of(said)]


def whereabouts(turn: Turn, words: str, proof: VerifiedAccount | None) -> Whereabouts:
    """By a number in the message, else by the proved account or those of the channel, else by the words."""
    number = next((turn.entities[name] for name in NUMBERS if name in turn.entities), None)
    number = number or (proof.account_no if proof else None)
    places = house().outages.places
    numbers = [number] if number else _of_channel(turn, words)
    points = [point for each in numbers for point in places.of_account(each)]
    proved = proof is not None and any(point.account_no == proof.account_no for point in points)
    return Whereabouts(points, places.named(words), words, proved)


def _of_channel(turn: Turn, words: str) -> list[str]:
    """Whose own home may be meant: nobody's where the words name another place."""
    if house().outages.places.named(words) is not None:
        return []
    return [proof.account_no for proof in level_1(turn, DUE)]


def outage_card(news: list[OutageNews], *, reported: bool, options: list[Option]) -> OutageNewsCard:
    items = [OutageItem.model_validate(item) for item in news]
    return OutageNewsCard(outages=items, reported=reported, options=options)
