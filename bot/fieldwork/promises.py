"""The public list of promises: every kind of ticket with its steps, times, result and fee, from the service levels."""

from dataclasses import dataclass

from bot.fieldwork.levels import ServiceLevel, ServiceLevels, TicketKind


@dataclass(frozen=True)
class PromiseRow:
    """One step of one kind in one area. `told` and `limit` carry their unit in `level`."""

    level: ServiceLevel
    area: str | None
    told: int
    limit: int | None


@dataclass(frozen=True)
class PublicPromise:
    kind: TicketKind
    rows: tuple[PromiseRow, ...]


def public_promises(levels: ServiceLevels) -> list[PublicPromise]:
    """The kinds that promise something, in the order of the file; internal targets are left out."""
    found = [PublicPromise(kind, tuple(_rows(levels, kind))) for kind in levels.kinds.values()]
    return [promise for promise in found if promise.rows]


def _rows(levels: ServiceLevels, kind: TicketKind) -> list[PromiseRow]:
    rows = []
    for name in kind.levels:
        level = levels.levels[name]
        places = level.by_area.items() if level.by_area else [(None, level.everywhere)]
        for area, times in places:
            if times is not None and times.told is not None:
                rows.append(PromiseRow(level, area, times.told, times.legal_limit))
    return rows
