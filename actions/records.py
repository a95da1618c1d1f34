"""What the records say before anything is asked: the proved account, its place on the network, its outages."""

from dataclasses import dataclass

from actions.house import house
from actions.turn import Turn
from bot.errors import NotAllowed, Unavailable
from bot.identity import ProvenPhone, VerifiedAccount
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


def phone_proof(turn: Turn) -> ProvenPhone | None:
    """Level 1: the one account of the phone that the channel has proved; with several nobody can say which is meant."""
    proofs = house().proven_by_channel(turn.conversation_id)
    return proofs[0] if len(proofs) == 1 else None


def whereabouts(turn: Turn, words: str, proof: VerifiedAccount | None) -> Whereabouts:
    """By a number in the message, else by the proved account, else by that of the proved phone, else by the words."""
    number = next((turn.entities[name] for name in NUMBERS if name in turn.entities), None)
    known = proof or (phone_proof(turn) if number is None else None)
    number = number or (known.account_no if known else None)
    places = house().outages.places
    points = places.of_account(number) if number else []
    proved = proof is not None and any(point.account_no == proof.account_no for point in points)
    return Whereabouts(points, places.named(words), words, proved)


def outage_card(news: list[OutageNews], *, reported: bool, options: list[Option]) -> OutageNewsCard:
    items = [OutageItem.model_validate(item) for item in news]
    return OutageNewsCard(outages=items, reported=reported, options=options)
