"""Beside the thread of somebody the holder has let in: what they may know, and a word on what not to read out."""

from bot.clock import FixedClock
from bot.fieldwork import NewTicket
from tests.demo_data import Phones, phones, seeded, seeded_file
from tests.desk.conftest import make_desk
from tests.staff.conftest import cheap_hashes

__all__ = ["cheap_hashes", "phones", "seeded", "seeded_file"]
HOME, LIN = "4100000165", "13800009165"


def test_a_tenants_side_shows_the_balance_and_neither_name_nor_address(
    seeded, phones: Phones, clock: FixedClock
) -> None:  # type: ignore[no-untyped-def]
    desk = make_desk(seeded, clock)
    agent, conversation = desk.as_("agent"), desk.waiting()
    agent.post(f"/desk/c/{conversation}/claim")
    desk.house.identity._sender = phones
    desk.house.identity.request_code(conversation, LIN, "1:code")
    desk.house.identity.check_code(conversation, phones.code(LIN), "2:try")
    ticket = desk.house.fieldwork.open_ticket(NewTicket(kind="repair", request_key="t", account_no=HOME))
    side = agent.get(f"/desk/c/{conversation}/side").text
    assert "户主授权的租客" in side and "结余" in side and "元(含估算)" in side
    for kept in ("黄立新", "文化路30号院", ticket.no):
        assert kept not in side
