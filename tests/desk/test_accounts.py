"""A customer's account at the desk: on what ground it opens, what is changed on papers, and who hears of it."""

import re

import pytest
from sqlalchemy import select

from bot.clock import FixedClock
from bot.conversations.tables import Delivery
from bot.customers.demo import seed_customers
from bot.fieldwork import NewTicket
from bot.staff.tables import AuditEntry
from bot.storage.engine import Database
from tests.demo_data import Phones
from tests.desk.conftest import Browser, Desk, make_desk
from tests.staff.conftest import cheap_hashes

__all__ = ["cheap_hashes"]
WANG, WANG_PHONE = "4100000017", "13800000017"
LI = "4100000025"
DEAD, DEAD_PHONE, DAUGHTER = "4100000157", "13800000157", "13800009157"
TENANCY, TENANT = "4100000165", "13800009165"
ACCUSED = "4100000249"
PAPERS = {"documents": "holder_id", "note": "身份证与户名一致", "checked": "yes"}
STALE = "您打开页面以后,这一户又有变动。请刷新页面,看过新的内容再办"


@pytest.fixture
def desk(any_db: Database, clock: FixedClock) -> Desk:
    seed_customers(any_db, clock)
    return make_desk(any_db, clock)


class Form:
    """A form of the account's page as a browser sends it: with the stamps the page was drawn with."""

    def __init__(self, browser: Browser, account_no: str, what: str, query: str = "why=counter") -> None:
        self.browser, self.what = browser, what
        page = browser.get(f"/desk/accounts/{account_no}?{query}").text
        found = re.search(rf'action="(/desk/accounts/{account_no}/{what}\?[^"]*)"[^>]*>(.*?)</form>', page, re.DOTALL)
        assert found, page
        self.action = found[1].replace("&amp;", "&")
        self.stamps = dict(re.findall(r'<input type="hidden" name="(seen|key|key_of)" value="([^"]*)"', found[2]))

    def send(self, **fields: str):  # type: ignore[no-untyped-def]
        return self.browser.post(self.action, **(self.stamps | fields))


def texts_to(desk: Desk, phone: str) -> list[str]:
    with desk.house.db.read() as session:
        return list(
            session.scalars(select(Delivery.text).where(Delivery.address == phone).order_by(Delivery.created_at))
        )


def trail(desk: Desk, action: str) -> list[AuditEntry]:
    return [entry for entry in desk.house.staff.audit.trail() if entry.action == action]


def proves(desk: Desk, conversation: str, typed: str, phone: str) -> None:
    """A customer proves an account with the code on this phone."""
    sent = Phones()
    desk.house.identity._sender = sent
    desk.house.identity.request_code(conversation, typed, f"{conversation}:{typed}:{phone}:code")
    desk.house.identity.check_code(conversation, sent.code(phone), f"{conversation}:{typed}:{phone}:try")


def new_phone(phone: str = "13800007777", **fields: str) -> dict[str, str]:
    return {"phone": phone, "again": phone, "name": "王秀英", "role": "holder", **PAPERS, **fields}


def test_an_account_opens_by_its_number_with_a_reason_that_is_kept(desk: Desk) -> None:
    agent = desk.as_("agent")
    assert "请选为什么要打开" in agent.post("/desk/accounts", number=WANG).text
    found = agent.post("/desk/accounts", number=" 4100000017 ", why="counter")
    assert found.headers["hx-redirect"] == f"/desk/accounts/{WANG}?why=counter"
    assert trail(desk, "read_identity") == []
    page = agent.get(found.headers["hx-redirect"]).text
    assert "王秀英" in page and "138****0017" in page and WANG_PHONE not in page
    (entry,) = trail(desk, "read_identity")
    assert (entry.subject, entry.purpose) == (WANG, "counter")
    assert "打开户号" in desk.as_("supervisor").get(f"/desk/audit?about={WANG}").text


@pytest.mark.parametrize("typed", ["4100009999", WANG_PHONE, "王秀英", "", "4100000017 4100000025"])
def test_nothing_but_a_number_of_an_account_finds_one(desk: Desk, typed: str) -> None:
    response = desk.as_("agent").post("/desk/accounts", number=typed, why="counter")
    assert response.status_code == 422 and "没有找到" in response.text
    assert trail(desk, "read_identity") == []


def test_without_a_reason_no_account_opens_by_its_address_either(desk: Desk) -> None:
    agent = desk.as_("agent")
    for query in ("", "why=curiosity", "c=", "why="):
        response = agent.get(f"/desk/accounts/{WANG}?{query}")
        assert response.status_code == 422 and "王秀英" not in response.text
    assert agent.get("/desk/accounts/4100009999?why=check").status_code == 404
    assert trail(desk, "read_identity")[0].subject == "4100009999"


def test_what_the_holder_proved_in_ones_own_conversation_opens_without_asking(desk: Desk) -> None:
    agent, colleague = desk.as_("agent"), desk.as_("colleague")
    conversation = desk.waiting()
    proves(desk, conversation, WANG, WANG_PHONE)
    assert agent.get(f"/desk/accounts/{WANG}?c={conversation}").status_code == 422, "not before the claim"
    agent.post(f"/desk/c/{conversation}/claim")
    side = agent.get(f"/desk/c/{conversation}/side").text
    assert f'href="/desk/accounts/{WANG}?c={conversation}"' in side
    assert "王秀英" in agent.get(f"/desk/accounts/{WANG}?c={conversation}").text
    assert trail(desk, "read_identity")[0].purpose == f"handling {conversation}"
    assert agent.get(f"/desk/accounts/{LI}?c={conversation}").status_code == 422, "another account"
    assert colleague.get(f"/desk/accounts/{WANG}?c={conversation}").status_code == 422
    assert colleague.get(f"/desk/accounts/{WANG}?c={conversation}&why=chat").status_code == 403


def test_a_guests_proof_is_no_ground_to_open_the_account(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = desk.waiting()
    proves(desk, conversation, TENANT, TENANT)
    agent.post(f"/desk/c/{conversation}/claim")
    assert agent.get(f"/desk/accounts/{TENANCY}?c={conversation}").status_code == 422
    assert agent.get(f"/desk/accounts/{TENANCY}?c={conversation}&why=chat").status_code == 200
    assert trail(desk, "read_identity")[0].purpose == f"chat {conversation}"


def test_a_phone_changes_on_papers_and_the_old_one_hears_of_it(desk: Desk) -> None:
    agent = desk.as_("agent")
    form = Form(agent, WANG, "phone")
    for wrong, said in (
        ({"again": "13800007778"}, "两次输入的手机号不一样"),
        ({"checked": ""}, "先核对证件原件"),
        ({"documents": ""}, "请勾选看过哪些证件"),
        ({"note": " "}, "请写一句核对的情况"),
        ({"phone": "123", "again": "123"}, "11 位的手机号"),
        ({"role": "tenant"}, "户主的什么人"),
        ({"name": ""}, "机主姓名"),
    ):
        refused = form.send(**(new_phone() | wrong))
        assert refused.status_code == 422 and said in refused.text, wrong
    assert texts_to(desk, WANG_PHONE) == []
    done = form.send(**new_phone())
    assert done.headers["hx-redirect"] == f"/desk/accounts/{WANG}?why=counter&done=phone_changed"
    page = agent.get(done.headers["hx-redirect"]).text
    assert "登记手机已改好" in page and "138****7777" in page and "身份证与户名一致" in page and "户主身份证" in page
    (text,) = texts_to(desk, WANG_PHONE)
    assert "7777" in text and texts_to(desk, "13800007777") == []
    (entry,) = trail(desk, "phone_changed")
    assert (entry.subject, entry.actor) == (WANG, desk.house.staff.people.one("agent").id)


def test_whoever_changes_the_phone_that_proved_the_account_is_asked_why_they_look_again(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = desk.waiting()
    proves(desk, conversation, WANG, WANG_PHONE)
    agent.post(f"/desk/c/{conversation}/claim")
    opened = f"c={conversation}"
    other_tab = Form(agent, WANG, "consents", opened)
    done = Form(agent, WANG, "phone", opened).send(**new_phone())
    page = agent.get(done.headers["hx-redirect"])
    assert page.status_code == 200 and "登记手机已改好" in page.text and f'value="{WANG}"' in page.text
    late = other_tab.send(phone="13800009999", role="family", name="女儿", **PAPERS)
    assert late.status_code == 422 and "验证已失效" in late.text


def test_of_two_tabs_the_one_that_looked_before_is_told_and_changes_nothing(desk: Desk) -> None:
    agent, colleague = desk.as_("agent"), desk.as_("colleague")
    first, second = Form(agent, WANG, "phone"), Form(colleague, WANG, "phone")
    consents = Form(agent, WANG, "consents")
    assert first.send(**new_phone()).status_code == 204
    for late in (
        second.send(**new_phone("13800008888")),
        consents.send(phone="13800009999", role="family", name="女儿", **PAPERS),
        first.send(**new_phone("13800006666")),  # gone back to, and filled in otherwise
    ):
        assert (late.status_code, late.text) == (409, STALE)
    assert first.send(**new_phone()).status_code == 204, "sent twice, done once"
    assert len(texts_to(desk, WANG_PHONE)) == 1
    without_scripts = colleague.post(second.action, htmx=False, **(second.stamps | new_phone("13800008888")))
    assert without_scripts.status_code == 409 and STALE in without_scripts.text


def test_a_number_given_to_a_stranger_after_its_holders_death_is_put_right_at_the_desk(desk: Desk) -> None:
    agent = desk.as_("agent")
    conversation = desk.waiting()
    desk.says(conversation, "我爸去世了,验证码发到他的旧号,号已经是别人的了")
    agent.post(f"/desk/c/{conversation}/claim")
    side = agent.get(f"/desk/c/{conversation}/side").text
    assert f'href="/desk/accounts?c={conversation}"' in side
    assert conversation in agent.get(f"/desk/accounts?c={conversation}").text
    found = agent.post("/desk/accounts", number=DEAD, why="counter", c=conversation).headers["hx-redirect"]
    page = agent.get(found).text
    assert "去世" in page and "不能再验证" in page and 'value="holder"' not in page
    form = Form(agent, DEAD, "phone", found.partition("?")[2])
    papers = {"documents": "death", "note": "死亡证明和户口簿,女儿本人", "checked": "yes", "name": "张小梅"}
    as_holder = form.send(phone=DAUGHTER, again=DAUGHTER, role="holder", **papers)
    assert as_holder.status_code == 403 and "请登记为家人" in as_holder.text
    assert form.send(phone=DAUGHTER, again=DAUGHTER, role="family", **papers).status_code == 204
    proves(desk, conversation, DEAD, DAUGHTER)
    assert desk.house.identity.access_account(conversation).grant.whole
    assert texts_to(desk, DEAD_PHONE) == [], "a stranger"
    assert DEAD in agent.get(f"/desk/c/{conversation}/side").text


def test_a_consent_is_given_and_ended_at_the_desk(desk: Desk) -> None:
    agent = desk.as_("agent")
    form = Form(agent, WANG, "consents")
    guest = {"phone": "13800009999", "role": "family", "name": "女儿", "scope": "bills", "ends_on": "2027-01-31"}
    for wrong in ({"ends_on": "2026-01-01"}, {"ends_on": "soon"}, {"scope": "everything"}, {"role": "king"}):
        assert form.send(**(guest | PAPERS | wrong)).status_code == 422, wrong
    assert form.send(**guest).status_code == 422, "no papers"
    assert form.send(**guest, **PAPERS).status_code == 204
    page = agent.get(f"/desk/accounts/{WANG}?why=counter").text
    assert "138****9999" in page and "到 2027-01-31" in page and "由agent登记" in page
    (consent,) = desk.house.customers.consents(WANG)
    assert consent.scope == ["bills"]
    elsewhere = Form(agent, LI, "consents")
    crossed = agent.post(
        f"/desk/accounts/{LI}/consents/{consent.id}/end?why=counter",
        **{k: elsewhere.stamps[k] for k in ("seen", "key")},
    )
    assert crossed.status_code == 404, "a consent of another account"
    assert Form(agent, WANG, f"consents/{consent.id}/end").send().status_code == 204
    assert desk.house.customers.consents(WANG) == []
    assert len(texts_to(desk, WANG_PHONE)) == 2
    assert [e.subject for e in trail(desk, "consent_given") + trail(desk, "consent_ended")] == [WANG, WANG]


def test_bindings_are_ended_one_by_one_or_all(desk: Desk) -> None:
    agent = desk.as_("agent")
    for account_no, phone, address in ((WANG, WANG_PHONE, "openid-ab01"), (LI, "13800000025", "openid-ab02")):
        proves(desk, address, account_no, phone)
        proof = desk.house.identity.access_account(address)
        for n in range(3 if account_no == WANG else 1):
            desk.house.identity.bindings.bind(
                "wechat", f"{address}{n}", account_no, proof, request_key=f"{address}:{n}"
            )
    page = agent.get(f"/desk/accounts/{WANG}?why=call").text
    assert "openid" not in page and "尾号 b010" in page
    lis = Form(agent, LI, "unbind")
    crossed = Form(agent, WANG, "unbind").send(key_of=lis.stamps["key_of"])
    assert crossed.status_code == 404
    assert Form(agent, WANG, "unbind").send().status_code == 204
    assert len(desk.house.identity.reach(WANG).bindings) == 2
    form = Form(agent, WANG, "unbind")
    keys = [bound.key for bound in desk.house.identity.reach(WANG).bindings]
    assert form.send(key_of=keys).status_code == 204  # type: ignore[arg-type]
    assert desk.house.identity.reach(WANG).bindings == ()
    assert len(desk.house.identity.reach(LI).bindings) == 1


def test_an_act_needs_the_ground_the_account_was_opened_on(desk: Desk) -> None:
    agent = desk.as_("agent")
    stamps = Form(agent, WANG, "phone").stamps
    for query in ("", "why=", "c=nobody&why=chat"):
        refused = agent.post(f"/desk/accounts/{WANG}/phone?{query}", **stamps, **new_phone())
        assert refused.status_code in (404, 422)
    for broken in ({"seen": "x"}, {"key": ""}, {"seen": ""}, {"key": "a:b"}):
        refused = agent.post(f"/desk/accounts/{WANG}/phone?why=counter", **(stamps | new_phone() | broken))
        assert (refused.status_code, refused.text) == (422, "请求不合格式,请刷新页面再试")
    assert texts_to(desk, WANG_PHONE) == []


def test_where_the_suppliers_service_has_the_phones_the_desk_changes_none(any_db: Database, clock: FixedClock) -> None:
    seed_customers(any_db, clock)
    desk = make_desk(any_db, clock, source_url="http://127.0.0.1:9")
    agent = desk.as_("agent")
    page = agent.get(f"/desk/accounts/{WANG}?why=counter").text
    assert "营销系统" in page and "改登记手机</summary>" not in page
    stamps = Form(agent, WANG, "consents").stamps
    assert agent.post(f"/desk/accounts/{WANG}/phone?why=counter", **stamps, **new_phone()).status_code == 409


def test_of_a_report_of_theft_the_page_of_the_accused_says_nothing(desk: Desk) -> None:
    supervisor = desk.as_("supervisor")
    before = supervisor.get(f"/desk/accounts/{ACCUSED}?why=check").text
    desk.house.fieldwork.open_ticket(NewTicket(kind="theft", request_key="t1", account_no=ACCUSED))
    after = supervisor.get(f"/desk/accounts/{ACCUSED}?why=check").text
    keys = re.compile(r'(name="(key|csrf)" value="|Token": ")\w+')
    assert keys.sub("", before) == keys.sub("", after)
    page = after.partition("<main")[2]  # beside what the bar names for everybody
    assert page and not any(word in page for word in ("举报", "窃电", "工单"))
