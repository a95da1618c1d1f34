"""Offices, stations (供电所) and transformer-area managers (台区经理), and who looks after a village or an estate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.language import normalise
from bot.supplier.hours import WrittenHours
from bot.supplier.profile import Entry

SUFFIXES = ("社区", "小区", "街道", "村", "镇", "乡")
SHORTEST = 2


class Office(Entry):
    """A business hall. `station` names the 供电所 whose customers it is nearest to; empty: everybody's."""

    name: str
    address: str | None = Field(None, title="地址")
    area: str | None = Field(None, title="在哪个镇或街道")
    station: str = ""
    phone: str | None = Field(None, title="电话")
    hours: WrittenHours | None = Field(None, title="营业时间")
    services: tuple[str, ...] | None = Field(None, title="能办什么")
    accessibility: str | None = Field(None, title="无障碍设施")
    cash: bool | None = Field(None, title="收不收现金")
    self_service: str | None = Field(None, title="自助设备")


class Manager(Entry):
    """Who looks after some transformers. `areas` are the villages, estates and streets below them."""

    name: str
    phone: str | None = Field(None, title="电话")
    transformers: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


class Station(Entry):
    """A 供电所 and what it looks after."""

    name: str
    address: str | None = Field(None, title="地址")
    phone: str | None = Field(None, title="电话")
    hours: WrittenHours | None = Field(None, title="上班时间")
    towns: tuple[str, ...] = ()
    villages: tuple[str, ...] | None = Field(None, title="管哪些村")
    estates: tuple[str, ...] | None = Field(None, title="管哪些小区、社区")
    streets: tuple[str, ...] = ()
    managers: tuple[Manager, ...] | None = Field(None, title="台区经理")

    def places(self) -> Iterator[str]:
        yield from (*(self.villages or ()), *(self.estates or ()), *self.streets)
        for manager in self.managers or ():
            yield from (*manager.areas, *manager.transformers)


@dataclass(frozen=True)
class Served:
    """A place that was named, the station that serves it and its managers, if they are filled in."""

    place: str
    station: Station
    managers: tuple[Manager, ...] = ()


def served(stations: Sequence[Station], text: str) -> list[Served]:
    """Who looks after the place a text names: the longest name of a village, estate, street or transformer, else the
    town. A name that several stations have is told apart by the town, or answered for each."""
    said = normalise(text)
    places = [(station, place) for station in stations for place in dict.fromkeys(station.places())]
    found = _longest(places, said)
    towns = _longest([(station, town) for station in stations for town in station.towns], said)
    if len({station.name for station, _ in found}) > 1 and towns:
        there = {station.name for station, _ in towns}
        found = [(station, place) for station, place in found if station.name in there] or found
    if not found:
        return [Served(town, station) for station, town in towns]
    return [Served(place, station, _managers(station, place)) for station, place in found]


def named_station(stations: Iterable[Station], text: str) -> Station | None:
    """The station whose own name is said (石固所, 石固供电所)."""
    said = normalise(text)
    return next(
        (s for s in stations if normalise(s.name.removesuffix("供电所") + "所") in said or s.name in said), None
    )


def _longest(places: Iterable[tuple[Station, str]], said: str) -> list[tuple[Station, str]]:
    """Those whose name is in the text, of the longest only."""
    heard = [(len(word), station, place) for station, place in places if (word := _heard(place, said))]
    longest = max((length for length, _, _ in heard), default=0)
    return [(station, place) for length, station, place in heard if length == longest]


def _heard(place: str, said: str) -> str:
    """As it is said: 前庄村, or 前庄. A name of one character would be found everywhere."""
    short = next((place.removesuffix(end) for end in SUFFIXES if place.endswith(end)), place)
    return next((word for word in (place, short) if len(word) >= SHORTEST and normalise(word) in said), "")


def _managers(station: Station, place: str) -> tuple[Manager, ...]:
    return tuple(m for m in station.managers or () if place in m.areas or place in m.transformers)
