"""What the nightly audit finds is a work item at the desk until somebody has settled it."""

import pytest
from sqlalchemy import select, update

from bot.audit import load_rules
from bot.fieldwork import NewTicket, TroubleTicket
from bot.staff.tables import AuditEntry
from tests.desk.conftest import Desk

KINDS = load_rules().findings


def found(desk: Desk, kind: str, account_no: str = "4100000017", source: str = "audit") -> TroubleTicket:
    wanted = NewTicket(
        kind=KINDS[kind].ticket,
        request_key=f"{source}:{kind}:{account_no}",
        account_no=account_no,
        description=f"{KINDS[kind].title}:请核对",
        flags=frozenset({kind}),
        source=source,
    )
    return desk.house.fieldwork.open_ticket(wanted)


@pytest.mark.parametrize("role", ["agent", "supervisor", "dispatcher"])
def test_every_kind_of_finding_is_listed_with_its_account(desk: Desk, role: str) -> None:
    tickets = [found(desk, kind) for kind in KINDS]
    page = desk.as_(role).get("/desk/work-items").text
    for ticket, kind in zip(tickets, KINDS.values(), strict=True):
        assert ticket.no in page and f"{kind.title}:请核对" in page
    assert f"还没处理完的 {len(KINDS)} 件" in page and "4100000017" in page
    assert 'href="/desk/work-items"' in page


def test_what_is_settled_or_comes_from_customers_is_not_listed(desk: Desk) -> None:
    settled, asked = found(desk, "reading_missing"), found(desk, "use_high", source="web")
    with desk.house.db.write() as session:
        session.execute(update(TroubleTicket).where(TroubleTicket.no == settled.no).values(state="closed"))
    page = desk.as_("supervisor").get("/desk/work-items").text
    assert settled.no not in page and asked.no not in page and "没有待处理的稽核工单" in page


def test_looking_is_on_the_trail(desk: Desk) -> None:
    found(desk, "zero_use", "4100000025")
    desk.as_("agent").get("/desk/work-items")
    with desk.house.db.read() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "read_work_items"))
    assert entry.detail == ["4100000025"]
