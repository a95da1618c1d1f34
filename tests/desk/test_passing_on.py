"""Passing on at the desk: to a colleague whose page is open or into the queue, the note shown to whoever goes on."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import LOCAL, FixedClock
from bot.storage.engine import Database
from bot.supplier import FOLDER, SupplierFiles
from tests.desk.conftest import Desk, make_desk
from tests.desk.test_work import claimed
from tests.staff.conftest import cheap_hashes

__all__ = ["cheap_hashes"]


def member(desk: Desk, login: str) -> str:
    return desk.house.staff.people.one(login).id


def test_a_colleague_at_the_desk_takes_over_and_reads_the_note(desk: Desk) -> None:
    agent, colleague = desk.as_("agent"), desk.as_("colleague")
    conversation = claimed(desk, agent)
    page = agent.get(f"/desk/c/{conversation}").text
    assert f'<option value="{member(desk, "colleague")}">colleague(坐席)</option>' in page
    passed = agent.post(f"/desk/c/{conversation}/pass-on", to=member(desk, "colleague"), note="要过户 <b>材料已说</b>")
    assert (passed.status_code, passed.headers["hx-redirect"]) == (204, "/desk/")
    assert agent.get(f"/desk/c/{conversation}").status_code == 403
    shown = colleague.get(f"/desk/c/{conversation}/holding").text
    assert "要过户 &lt;b&gt;材料已说&lt;/b&gt;" in shown and 'id="reply"' in shown
    assert all("材料已说" not in text for _, text in desk.texts(conversation))


def test_into_the_queue_anybody_takes_it_and_reads_the_note(desk: Desk) -> None:
    agent, colleague = desk.as_("agent"), desk.as_("colleague")
    conversation = claimed(desk, agent)
    assert agent.post(f"/desk/c/{conversation}/pass-on", to="", note="请懂计量的同事接").status_code == 204
    assert desk.state(conversation) == "queued"
    colleague.post(f"/desk/c/{conversation}/claim")
    assert "请懂计量的同事接" in colleague.get(f"/desk/c/{conversation}").text


@pytest.mark.parametrize("who", ["agent", "editor", "dispatcher", "nobody"])
def test_only_a_colleague_who_can_take_over_now_is_given_it(desk: Desk, who: str) -> None:
    """Not oneself, not somebody without the desk, not somebody whose page is closed, not somebody who is not there."""
    agent = desk.as_("agent")
    conversation = claimed(desk, agent)
    desk.as_("editor"), desk.as_("dispatcher")
    to = "nobody" if who == "nobody" else member(desk, who)
    refused = agent.post(f"/desk/c/{conversation}/pass-on", to=to, note="给您")
    assert (refused.status_code, refused.text) == (409, "这位同事现在不在线,请另选一位,或转回排队")
    assert desk.state(conversation) == "agent"


def test_a_colleague_whose_page_is_closed_is_not_offered(desk: Desk, clock: FixedClock) -> None:
    desk.as_("colleague")
    clock.advance(minutes=5)
    agent = desk.as_("agent")
    conversation = claimed(desk, agent)
    assert member(desk, "colleague") not in agent.get(f"/desk/c/{conversation}").text
    assert agent.post(f"/desk/c/{conversation}/pass-on", to=member(desk, "colleague"), note="给您").status_code == 409


def test_without_a_note_it_stays(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = claimed(desk, agent)
    refused = agent.post(f"/desk/c/{conversation}/pass-on", to="", note=" ")
    assert refused.status_code == 422 and "请给接手的人写一句" in refused.text
    assert desk.state(conversation) == "agent"


def test_who_does_not_hold_it_passes_nothing_on(desk: Desk) -> None:
    agent, colleague = desk.as_("agent"), desk.as_("colleague")
    conversation = claimed(desk, agent)
    assert colleague.post(f"/desk/c/{conversation}/pass-on", to="", note="放回").status_code == 409
    assert desk.state(conversation) == "agent"


def test_the_composer_offers_the_suppliers_words_and_sends_none_by_itself(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = desk.waiting()
    assert 'id="canned"' not in agent.get(f"/desk/c/{conversation}").text, "not before the claim"
    agent.post(f"/desk/c/{conversation}/claim")
    page = agent.get(f"/desk/c/{conversation}").text
    replies = desk.house.supplier.replies
    assert all(f">{number}. {reply.title}</button>" in page for number, reply in enumerate(replies, 1))
    assert page.count('<button type="button" value="') == len(replies)


def test_at_night_agents_and_customers_are_told_the_same(any_db: Database, clock: FixedClock, tmp_path: Path) -> None:
    (tmp_path / "desk.yml").write_text("hours: {周一至周五: 8:00-12:00, 节假日: 休息}", "utf-8")
    desk = make_desk(any_db, clock, files=SupplierFiles((tmp_path, FOLDER)))
    assert "现在不是值班时间" not in desk.as_("agent").get("/desk/list").text
    clock.advance(hours=4)
    place = desk.house.conversations.request_human(desk.talking(), reason="asked_for")
    assert place.back_at == datetime(2026, 11, 25, 8, 0, tzinfo=LOCAL)
    assert "排队的客户已经知道 2026-11-25 08:00 起有人回复" in desk.as_("agent").get("/desk/list").text
