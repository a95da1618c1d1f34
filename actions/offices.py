"""Offices, stations and managers in conversation: answered from the supplier's files, for the place that was named."""

from datetime import datetime

from rasa_sdk import Tracker

from actions.house import house
from actions.records import proof_of
from actions.turn import Turn
from bot.language import normalise
from bot.replies.cards import Card, Option
from bot.replies.cards.supplier import ManagerItem, OfficeItem, Offices, StationItem, Stations
from bot.supplier import Office, Served, Station, Supplier
from bot.supplier.asking import Asked, asks_for, asks_whose

TOPICS: dict[Asked, str] = {"office": "office-hours", "station": "office-staff", "manager": "office-staff"}
BY_TOPIC: dict[str, Asked] = {"office-hours": "office", "office-staff": "manager"}
AROUND_A_NAME = 4  # characters a customer who was asked where puts around the name of their village


def asked_office(turn: Turn, topic: str | None) -> Asked | None:
    """What the message asks of offices and people; with such a topic open a bare place goes on with it."""
    asked = asks_for(turn.text)
    if asked is None and asks_whose(turn.text) and house().supplier.served(turn.text):
        return "station"
    if asked is None and topic in BY_TOPIC and _is_place(turn):
        return BY_TOPIC[topic]
    return asked


def continues_office(turn: Turn, tracker: Tracker) -> bool:
    """Whether a message that says no more than a place goes on with a question about offices."""
    topic = tracker.get_slot("policy_topic")
    return bool(topic) and topic["id"] in BY_TOPIC and _is_place(turn)


def office_card(asked: Asked, turn: Turn, options: list[Option]) -> Card:
    supplier = house().supplier
    places = supplier.served(turn.text) or _of_the_account(turn, supplier)
    if asked == "office":
        found = supplier.offices_of(places[0].station) if places else supplier.offices
        items = [_office(office) for office in found]
        return Offices(offices=items, place=places[0].place if places else "", options=options)
    return Stations(
        stations=_stations(supplier, places, turn.text),
        asked=asked,
        place=turn.entities.get("address", ""),
        filled=bool(supplier.stations),
        options=options,
    )


def _is_place(turn: Turn) -> bool:
    """A place and hardly a word more."""
    named = [served.place for served in house().supplier.served(turn.text)]
    named += [turn.entities["address"]] if "address" in turn.entities else []
    return any(len(normalise(turn.text)) <= len(place) + AROUND_A_NAME for place in named)


def _of_the_account(turn: Turn, supplier: Supplier) -> list[Served]:
    """The place of the account proved in this conversation; nothing of it is asked of anybody else."""
    if "address" in turn.entities:
        return []
    proof = proof_of(turn)
    location = house().identity.location(proof) if proof else None
    return supplier.served(location.village) if location else []


def _stations(supplier: Supplier, places: list[Served], text: str) -> list[StationItem]:
    if places:
        return [_station(place.station, place) for place in places]
    named = supplier.station(text)
    return [_station(named)] if named else []


def _station(station: Station, place: Served | None = None) -> StationItem:
    return StationItem(
        name=station.name,
        place=place.place if place else "",
        address=station.address,
        phone=station.phone,
        hours=station.hours.words() if station.hours else None,
        managers=[ManagerItem(name=m.name, phone=m.phone, areas=list(m.areas)) for m in place.managers]
        if place
        else [],
    )


def _office(office: Office) -> OfficeItem:
    now, hours, calendar = house().clock.now(), office.hours, house().supplier_files.calendar()
    until: datetime | None = hours.closes_at(now, calendar) if hours else None
    return OfficeItem(
        name=office.name,
        address=office.address,
        phone=office.phone,
        hours=hours.words() if hours else None,
        on_holidays=hours.on_holidays if hours else None,
        open_until=until,
        opens_at=hours.opens_at(now, calendar) if hours and not until else None,
        services=list(office.services) if office.services is not None else None,
        accessibility=office.accessibility,
        cash=office.cash,
        self_service=office.self_service,
    )
