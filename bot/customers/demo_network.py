"""Seeds the demo network, and how each demo customer hangs on it: usage point, ways of supply, meters."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import local_day
from bot.customers.demo_data import DemoCustomer, Substation, Transformer
from bot.customers.demo_dates import recent
from bot.customers.metering import Meter, MeterExchange, MeterTest
from bot.customers.network import BACKUP, MAIN, OWN, SUPPLIER, NetworkNode, SupplyPoint, UsagePoint

INSTALLED = date(2021, 3, 12)
READ_EVERY_MINUTES = 15
NOTICE_DAYS, TEST_DAYS = 3, 6
Path = dict[str, str | None]


def seed_network(session: Session, network: list[Substation]) -> dict[str, Path]:
    """Merges the nodes and answers the path of each transformer and box."""
    paths: dict[str, Path] = {}
    for node, path in _nodes(network):
        session.merge(node)
        paths[node.code] = path
    return paths


def _nodes(network: list[Substation]) -> Iterator[tuple[NetworkNode, Path]]:
    for s in network:
        path: Path = {"substation": s.code}
        yield NetworkNode(code=s.code, level="substation", name=s.name, parent=None), path
        for f in s.feeders:
            path = {"substation": s.code, "feeder": f.code}
            yield NetworkNode(code=f.code, level="feeder", name=f.name, parent=s.code), path
            for section in f.sections:
                lower = path | {"section": section.code}
                yield NetworkNode(code=section.code, level="section", name=section.name, parent=f.code), lower
                for t in section.transformers:
                    under = lower | {"transformer": t.code}
                    yield _transformer(t, section.code), under
                    for branch in t.branches:
                        yield NetworkNode(code=branch.code, level="branch", name=branch.name, parent=t.code), under
                        for box in branch.boxes:
                            full = under | {"branch": branch.code, "box": box}
                            yield NetworkNode(code=box, level="box", name=box, parent=branch.code), full


def _transformer(t: Transformer, section: str) -> NetworkNode:
    return NetworkNode(
        code=t.code,
        level="transformer",
        name=t.name,
        parent=section,
        kind="public" if t.owner == SUPPLIER else "dedicated",
        owner=t.owner,
        owner_name=t.owner_name,
        owner_phone=t.owner_phone,
        capacity_kva=t.capacity_kva,
        manager=t.manager,
        manager_phone=t.manager_phone,
        serves=t.serves,
    )


def seed_supply(
    session: Session, customer: DemoCustomer, paths: dict[str, Path], exchanged_on: date, now: datetime
) -> None:
    code = f"{customer.account_no}-1"
    session.merge(UsagePoint(code=code, account_no=customer.account_no, phase=customer.phase))
    session.flush()
    for role, node in ((MAIN, customer.box or customer.transformer), (BACKUP, customer.second_transformer)):
        if node:
            path = {"box": None, "branch": None} | paths[node]
            session.merge(SupplyPoint(code=f"{code}-{role}", usage_point=code, role=role, **path))
    own = customer.own_supply
    if own:
        checked = local_day(now) - timedelta(days=own.checked_days_ago)
        session.merge(
            SupplyPoint(
                code=f"{code}-{OWN}",
                usage_point=code,
                role=OWN,
                power_kw=own.power_kw,
                interlock=own.interlock,
                checked_on=checked,
            )
        )
    if customer.use is not None:
        _seed_meters(session, customer, code, exchanged_on, now)


def _seed_meters(session: Session, customer: DemoCustomer, point: str, exchanged_on: date, now: datetime) -> None:
    exchanged = customer.situation.meter_exchanged
    shared = {
        "account_no": customer.account_no,
        "usage_point": point,
        "multiplier": customer.multiplier,
        "rated_kva": customer.meter_rating,
        "remote_switch": customer.voltage == "low",
    }
    installed = exchanged_on if exchanged else INSTALLED
    session.merge(Meter(meter_no=customer.meter_no, installed_on=installed, last_seen=_seen(customer, now), **shared))
    if exchanged is None:
        return
    session.merge(Meter(meter_no=exchanged.old_meter, installed_on=INSTALLED, removed_on=exchanged_on, **shared))
    session.flush()
    session.merge(
        MeterExchange(
            old_meter=exchanged.old_meter,
            new_meter=customer.meter_no,
            account_no=customer.account_no,
            exchanged_on=exchanged_on,
            reason=exchanged.reason,
            notified_on=exchanged_on - timedelta(days=NOTICE_DAYS),
        )
    )
    if exchanged.test:
        session.merge(
            MeterTest(
                test_no=f"{exchanged.old_meter}-1",
                meter_no=exchanged.old_meter,
                account_no=customer.account_no,
                tested_on=exchanged_on + timedelta(days=TEST_DAYS),
                result=exchanged.test,
            )
        )


def _seen(customer: DemoCustomer, now: datetime) -> datetime:
    silent = customer.situation.meter_silent
    if silent and silent.since:
        return recent(now, silent.since, margin_minutes=60)
    if silent and silent.minutes:
        return now - timedelta(minutes=silent.minutes)
    return now - timedelta(minutes=now.minute % READ_EVERY_MINUTES, seconds=now.second, microseconds=now.microsecond)
