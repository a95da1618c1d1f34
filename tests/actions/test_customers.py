"""The customer's own file, told to whoever proved it."""

from tests.actions.talk import Talk, proved
from tests.demo_data import Phones


def test_the_file_shows_the_end_of_the_agreement_and_only_the_tail_of_the_phone(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000108", "check_account")
    text = talk.text()
    assert "2026年12月20日到期" in text and "老街小吃店" in text
    assert "0108" in text and "13800000108" not in text


def test_binding_says_what_it_means_here(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "bind_account")
    assert "9:30 前有效" in talk.text() and "不长期绑定" in talk.text()


def test_the_file_of_one_customer_shows_nothing_of_another(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_account")
    mine = talk.text()
    assert "建设路" in mine and "柳庄村" not in mine
    talk.say("我是4100000256的王秀英,看看我的资料", "check_account")
    assert talk.kinds == ["code_sent"]


def test_special_terms_are_on_the_file(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000207", "check_account")
    assert "多人口基数:有效到 2026年12月31日" in talk.text()
    assert "041000000207" in talk.text() and "041099999207" not in talk.text()


def test_a_hospital_hears_what_a_critical_user_may_count_on(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000082", "check_account", "我这样的用户有啥服务")
    text = talk.text()
    assert talk.kinds == ["service_offer"]
    assert "重要用户" in text and "客户经理" in text and "提前 24 小时" in text
    assert "待供电公司确认" in text  # what no text proves is marked
    assert "多久一次,供电公司还没有填写" in text


def test_the_option_on_the_file_leads_to_the_services(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000017", "check_account", "我的资料")
    talk.choose(0)
    assert talk.kinds == ["service_offer"] and "居民用户" in talk.text() and "客户经理" not in talk.text()
    assert "12 个月用电" in talk.text()


def test_a_tenant_hears_the_services_but_not_the_use_of_others(talk: Talk, phones: Phones) -> None:
    talk.say("我这样的用户有啥服务", "check_account")
    talk.say("13800009165")
    talk.say(phones.code("13800009165"))
    assert talk.kinds == ["service_offer"]
    assert "12 个月用电" not in talk.text() and "黄立新" not in talk.text()


def test_the_file_tells_every_class_of_a_hospital(talk: Talk, phones: Phones) -> None:
    proved(talk, phones, "4100000082", "check_account", "核对档案")
    text = talk.text()
    for told in ("双电源", "负荷等级:1 级", "重要用户:二级", "自备发电机(有闭锁)", "10 千伏"):
        assert told in text, told
    for channel in ("wechat", "sms"):
        assert "4100000082" in talk.text(channel)
