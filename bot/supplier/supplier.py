"""The supplier as one value, as it stands in the files at this moment."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, model_validator

from bot.supplier.hours import Hours
from bot.supplier.places import Manager, Office, Served, Station, named_station, served
from bot.supplier.profile import AlarmRecipient, CannedReply, Desk, Profile


@dataclass(frozen=True)
class Unfilled:
    """One thing nobody has written down yet, in words of people: file, whose, what."""

    file: str
    whose: str
    what: str


class Supplier(Profile):
    """The profile with everything around it. What is None has not been filled in by the supplier yet."""

    offices: tuple[Office, ...] = ()
    stations: tuple[Station, ...] = ()
    desk: Desk = Desk(hours=None)
    alarm_recipients: tuple[AlarmRecipient, ...] = ()
    replies: tuple[CannedReply, ...] = ()

    @model_validator(mode="after")
    def _offices_of_known_stations(self) -> "Supplier":
        names = {station.name for station in self.stations}
        for office in self.offices:
            if office.station and office.station not in names:
                raise ValueError(f"offices.yml 里 {office.name} 的 station 写的是 {office.station},stations.yml 里没有")
        return self

    @property
    def desk_hours(self) -> Hours | None:
        return self.desk.hours

    def served(self, text: str) -> list[Served]:
        """Who looks after the village, estate, street or town a text names."""
        return served(self.stations, text)

    def station(self, text: str) -> Station | None:
        return named_station(self.stations, text)

    def offices_of(self, station: Station) -> tuple[Office, ...]:
        """The offices nearest to the customers of a station; all of them where none is its own."""
        return tuple(office for office in self.offices if office.station == station.name) or self.offices

    def unfilled(self) -> list[Unfilled]:
        """What still waits for the supplier, in the order of the files."""
        return [*self._holes_of_profile(), *self._holes_of_places(), *self._holes_of_desk()]

    def _holes_of_profile(self) -> Iterator[Unfilled]:
        for name, field in Profile.model_fields.items():
            if getattr(self, name) is None:
                yield Unfilled("profile.yml", "", f"{field.title}({name})")

    def _holes_of_places(self) -> Iterator[Unfilled]:
        if not self.offices:
            yield Unfilled("offices.yml", "", "一个营业厅也没有")
        for office in self.offices:
            yield from _holes("offices.yml", office.name, office)
        if not self.stations:
            yield Unfilled("stations.yml", "", "一个供电所也没有")
        for station in self.stations:
            yield from _holes("stations.yml", station.name, station)
            for manager in station.managers or ():
                yield from _holes("stations.yml", f"{station.name} {manager.name}", manager)
                if not manager.areas and not manager.transformers:
                    yield Unfilled(
                        "stations.yml", f"{station.name} {manager.name}", "管哪些台区、哪些村(transformers、areas)"
                    )

    def _holes_of_desk(self) -> Iterator[Unfilled]:
        yield from _holes("desk.yml", "", self.desk)
        if not self.alarm_recipients:
            yield Unfilled("alarms.yml", "", "一个接危险报警短信的人也没有")
        for recipient in self.alarm_recipients:
            yield from _holes("alarms.yml", recipient.name, recipient)


def _holes(file: str, whose: str, entry: Office | Station | Manager | Desk | AlarmRecipient) -> list[Unfilled]:
    model: type[BaseModel] = type(entry)
    empty = [f"{field.title}({name})" for name, field in model.model_fields.items() if getattr(entry, name) is None]
    hours = getattr(entry, "hours", None)
    if isinstance(hours, Hours) and hours.on_holidays is None:
        empty.append("节假日休息还是照常(hours 里的 节假日)")
    return [Unfilled(file, whose, what) for what in empty]
