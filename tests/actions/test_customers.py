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
