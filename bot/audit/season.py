"""Whether a period's use fits the season: against the same month last year, and against the period before brought to
this period's weather by what the neighbours did. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from bot.audit.findings import Finding
from bot.audit.pictures import Picture
from bot.audit.rules import AuditRules
from bot.audit.use import PeriodUse

Group = tuple[str, str]
EVERYWHERE = ""


@dataclass(frozen=True)
class SeasonCase:
    """One account's newest period with what it is compared with, kept until the neighbours are known."""

    account_no: str
    group: Group
    now: PeriodUse
    before: PeriodUse | None
    year_ago: PeriodUse | None
    supplied: bool


def season_case(picture: Picture, found: Sequence[PeriodUse], *, supplied: bool) -> SeasonCase:
    now = found[-1]
    last_year = date(now.end.year - 1, now.end.month, 1)
    year_ago = next((each for each in found if each.end.replace(day=1) == last_year), None)
    before = found[-2] if len(found) > 1 else None
    group = (picture.account.tariff_class, picture.neighbourhood)
    return SeasonCase(picture.account.account_no, group, now, before, year_ago, supplied)


def compare(cases: Sequence[SeasonCase], rules: AuditRules) -> Iterator[Finding]:
    weather = _weather(cases, rules.neighbours)
    for case in cases:
        kind, before = case.group[0], case.before
        if case.now.kwh == 0:
            if case.supplied and before is not None and before.kwh >= rules.occupied_kwh:
                yield _finding("zero_use", case, before=str(before.kwh))
            continue
        changed = weather.get((kind, case.group[1]), weather.get((kind, EVERYWHERE)))
        references = [case.year_ago.per_day] if case.year_ago else []
        if before is not None and changed is not None:
            references.append(before.per_day * changed)
        yield from _out_of_season(case, references, rules)


def _out_of_season(case: SeasonCase, references: Sequence[Decimal], rules: AuditRules) -> Iterator[Finding]:
    days = (case.now.end - case.now.after).days
    if not references or max([case.now.kwh, *(each * days for each in references)]) < rules.least_kwh:
        return
    facts = {"kwh": str(case.now.kwh), "times": str(rules.season_times)}
    if all(case.now.per_day > each * rules.season_times for each in references):
        yield _finding("use_high", case, **facts)
    elif all(case.now.per_day * rules.season_times < each for each in references):
        yield _finding("use_low", case, **facts)


def _weather(cases: Iterable[SeasonCase], neighbours: int) -> dict[Group, Decimal]:
    """How the use a day changed from the period before to this one: the median of a neighbourhood and of a class."""
    changes: dict[Group, list[Decimal]] = defaultdict(list)
    for case in cases:
        if case.before is not None and case.before.kwh > 0:
            change = case.now.per_day / case.before.per_day
            changes[case.group].append(change)
            changes[case.group[0], EVERYWHERE].append(change)
    return {group: median(found) for group, found in changes.items() if len(found) >= neighbours}


def _finding(kind: str, case: SeasonCase, **facts: str) -> Finding:
    day = f"{case.now.end}"
    return Finding(kind, case.account_no, case.account_no, day, {"day": day, **facts})
