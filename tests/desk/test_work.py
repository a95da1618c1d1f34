"""The work at the desk: claim, answer, give back, close; who may read what, and that every look is on the trail."""

import threading

import pytest

from bot.clock import FixedClock
from bot.conversations.handling import Handler
from bot.gateway import Gateway
from bot.staff.tables import AuditEntry
from tests.demo_data import Phones, phones, seeded, seeded_file
from tests.desk.conftest import Browser, Desk, make_desk
from tests.staff.conftest import cheap_hashes

__all__ = ["cheap_hashes", "phones", "seeded", "seeded_file"]


def newest(desk: Desk, conversation: str) -> str:
    return str(desk.house.conversations.newest(conversation))


def claimed(desk: Desk, browser: Browser) -> str:
    conversation = desk.waiting()
    assert browser.post(f"/desk/c/{conversation}/claim").status_code == 204
    return conversation


def test_of_agents_who_claim_at_the_same_moment_one_wins(desk: Desk) -> None:
    conversation = desk.waiting()
    browsers = [desk.as_(login) for login in ("agent", "colleague", "supervisor")] * 2
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda b=b: codes.append(b.post(f"/desk/c/{conversation}/claim").status_code))
        for b in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [204, 409, 409, 409, 409, 409]
    assert [text for author, text in desk.texts(conversation) if author == "system"] != []
    assert desk.state(conversation) == "agent"


def test_the_list_is_by_urgency_and_then_by_time(desk: Desk, clock: FixedClock) -> None:
    first = desk.waiting()
    clock.advance(minutes=3)
    complaint, last, danger = desk.waiting("complaint"), desk.waiting(), desk.waiting("danger")
    page = desk.as_("agent").get("/desk/list").text
    assert sorted((danger, complaint, first, last), key=lambda c: page.index(f'href="/desk/c/{c}"')) == [
        danger,
        complaint,
        first,
        last,
    ]
    assert "等 3 分钟" in page and "有危险" in page


def test_a_conversation_from_claim_to_the_bot_again(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = claimed(desk, agent)
    desk.says(conversation, "我家电费 <b>不对</b>")
    page = agent.get(f"/desk/c/{conversation}").text
    assert "我家电费 &lt;b&gt;不对&lt;/b&gt;" in page
    sent = {"text": "您好,我来看", "client_id": "r1", "seen": newest(desk, conversation)}
    assert [agent.post(f"/desk/c/{conversation}/reply", **sent).status_code for _ in range(2)] == [204, 204]
    assert desk.texts(conversation).count(("agent", "您好,我来看")) == 1
    assert agent.post(f"/desk/c/{conversation}/give-back", seen=newest(desk, conversation)).status_code == 204
    assert desk.state(conversation) == "bot"


def test_what_came_after_the_last_look_keeps_it_from_being_closed(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = claimed(desk, agent)
    seen = newest(desk, conversation)
    desk.says(conversation, "等等")
    refused = agent.post(f"/desk/c/{conversation}/close", seen=seen)
    assert (refused.status_code, refused.text) == (409, "客户刚刚又写了话,请先看一眼再操作")
    assert agent.post(f"/desk/c/{conversation}/seen", seen=newest(desk, conversation)).status_code == 204
    assert agent.post(f"/desk/c/{conversation}/close", seen="0").headers["hx-redirect"] == "/desk/"


def test_without_scripts_the_forms_work_too(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = desk.waiting()
    assert agent.post(f"/desk/c/{conversation}/claim", htmx=False).headers["location"] == f"/desk/c/{conversation}"
    again = agent.post(f"/desk/c/{conversation}/claim", htmx=False)
    assert again.status_code == 409 and "这个会话已被别人接走" in again.text


def test_new_messages_come_once_and_nothing_new_is_nothing(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = claimed(desk, agent)
    after = newest(desk, conversation)
    path = f"/desk/c/{conversation}/messages?after="
    assert agent.get(path + after).status_code == 204
    seq = desk.says(conversation, "在吗")
    fragment = agent.get(path + after).text
    assert fragment.count("在吗") == 1 and f'data-last="{seq}"' in fragment


def test_an_agent_reads_who_waits_and_their_own_and_a_supervisor_all(desk: Desk) -> None:
    agent, colleague, supervisor = (desk.as_(login) for login in ("agent", "colleague", "supervisor"))
    conversation = claimed(desk, colleague)
    desk.says(conversation, "只给同事看的话")
    for path in (f"/desk/c/{conversation}", f"/desk/c/{conversation}/messages", f"/desk/c/{conversation}/side"):
        assert agent.get(path).status_code == 403
        assert supervisor.get(path).status_code == 200
    assert "只给同事看的话" not in agent.get("/desk/list").text
    assert "只给同事看的话" in supervisor.get("/desk/list").text
    assert agent.get(f"/desk/c/{desk.talking()}").status_code == 403
    assert agent.get("/desk/c/nobody").status_code == 404


def test_whoever_logs_out_in_the_middle_gives_up_what_they_hold(desk: Desk) -> None:
    agent, colleague = desk.as_("agent"), desk.as_("colleague")
    lost, kept = claimed(desk, agent), claimed(desk, colleague)
    jobs = Gateway(desk.house).jobs
    assert jobs.time_out() == []
    agent.post("/desk/logout")
    assert jobs.time_out() == [lost]
    assert (desk.state(lost), desk.state(kept)) == ("queued", "agent")
    assert "重新排队" in desk.texts(lost)[-1][1]


def test_the_list_shows_what_the_customer_said_last(desk: Desk) -> None:
    conversation = desk.waiting()
    for words in ("您好", "电表转得特别快", "转人工"):
        desk.says(conversation, words)
    desk.house.handling.claim(conversation, Handler(desk.house.staff.people.one("agent").id, "agent"))
    page = desk.as_("agent").get("/desk/list").text
    assert "电表转得特别快 · 转人工" in page and "您好" not in page


def test_a_supervisor_puts_a_colleagues_conversation_back(desk: Desk) -> None:
    conversation = claimed(desk, desk.as_("colleague"))
    assert desk.as_("supervisor").post(f"/desk/c/{conversation}/put-back").status_code == 204
    assert desk.state(conversation) == "queued"
    assert "重新排队" in desk.texts(conversation)[-1][1]


def trail(desk: Desk, action: str) -> list[AuditEntry]:
    return [entry for entry in desk.house.staff.audit.trail() if entry.action == action]


def test_every_look_is_on_the_trail_with_its_purpose(desk: Desk) -> None:
    agent, supervisor = desk.as_("agent"), desk.as_("supervisor")
    conversation = desk.waiting()
    agent.get(f"/desk/c/{conversation}")
    agent.post(f"/desk/c/{conversation}/claim")
    agent.get(f"/desk/c/{conversation}/messages?after=0")
    supervisor.get(f"/desk/c/{conversation}/holding")
    assert sorted(e.purpose for e in trail(desk, "read_thread")) == ["handling", "oversight", "queue"]
    assert {e.subject for e in trail(desk, "read_thread")} == {conversation}
    assert [e.detail for e in trail(desk, "read_list")] == [[conversation]]
    assert conversation in supervisor.get(f"/desk/audit?about={conversation}").text


@pytest.fixture
def demo(seeded, clock: FixedClock) -> Desk:  # type: ignore[no-untyped-def]
    return make_desk(seeded, clock)


WANG, WANG_PHONE = "4100000017", "13800000017"


def proven(demo: Desk, conversation: str) -> None:
    """The customer proves an account with the code on their phone."""
    sent = Phones()
    demo.house.identity._sender = sent
    demo.house.identity.request_code(conversation, WANG, f"{conversation}:1:code")
    demo.house.identity.check_code(conversation, sent.code(WANG_PHONE), f"{conversation}:2:try")


def test_the_account_is_shown_to_the_holder_once_the_customer_has_proved_it(demo: Desk) -> None:
    agent = demo.as_("agent")
    conversation = demo.waiting()
    proven(demo, conversation)
    assert WANG not in agent.get(f"/desk/c/{conversation}/side").text, "not before the claim"
    agent.post(f"/desk/c/{conversation}/claim")
    assert trail(demo, "read_account") == []
    assert WANG in agent.get(f"/desk/c/{conversation}/side").text
    (entry,) = trail(demo, "read_account")
    assert (entry.subject, entry.purpose) == (WANG, f"handling {conversation}")


def test_without_a_proof_no_account_is_shown(demo: Desk, clock: FixedClock) -> None:
    agent = demo.as_("agent")
    conversation = claimed(demo, agent)
    assert "还没有在本次会话中验证身份" in agent.get(f"/desk/c/{conversation}/side").text
    proven(demo, conversation)
    clock.advance(minutes=31)
    assert WANG not in agent.get(f"/desk/c/{conversation}/side").text
    assert trail(demo, "read_account") == []


def test_danger_alarms_everybody_who_watches_until_somebody_has_looked(desk: Desk) -> None:
    agent, dispatcher = desk.as_("agent"), desk.as_("dispatcher")
    conversation = claimed(desk, agent)
    assert "alarm" not in agent.get("/desk/alarms").text
    seq = desk.says(conversation, "电线掉地上了还在冒火")
    for browser in (agent, dispatcher):
        assert 'data-count="1"' in browser.get("/desk/alarms").text
    assert "电线掉地上" not in dispatcher.get("/desk/alarms").text
    assert desk.state(conversation) == "agent"
    assert "alarm" not in dispatcher.post(f"/desk/alarms/{conversation}:{seq}/seen").text
    assert "alarm" not in agent.get("/desk/alarms").text


def test_a_restricted_ticket_is_not_beside_the_thread(desk: Desk) -> None:
    from bot.fieldwork import NewTicket

    agent = desk.as_("agent")
    conversation = claimed(desk, agent)
    for number, restricted in enumerate((False, True)):
        desk.house.fieldwork.open_ticket(
            NewTicket(kind="theft" if restricted else "repair", request_key=f"t{number}", conversation_id=conversation)
        )
    side = agent.get(f"/desk/c/{conversation}/side").text
    tickets = desk.house.fieldwork.of_conversation(conversation)
    assert sorted(ticket.restricted for ticket in tickets) == [False, True]
    assert [ticket.no in side for ticket in tickets] == [not ticket.restricted for ticket in tickets]
