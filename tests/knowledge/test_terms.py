"""Words are explained: those of the bill under the bill, those of the trade when they are asked for."""

from datetime import date

import pytest

from bot.billing.kinds import LineKind
from bot.knowledge import Knowledge
from bot.knowledge.service import bill_terms

DAY = date(2026, 11, 25)
PAYING = ("residential", "commercial", "industrial", "agricultural", "charging")
ONLY_SOME_HAVE = {
    "step": {"residential"},
    "time_of_use": {"residential"},
    "allowance": {"residential"},
    "export": {"residential", "commercial", "industrial"},
    "power_factor": {"industrial", "commercial", "agricultural"},
    "capacity": {"industrial", "commercial"},
    "demand": {"industrial"},
}
WORDS = [
    "力调电费",
    "需量",
    "容量电费",
    "倍率",
    "合表",
    "费控",
    "户保",
    "代理购电",
    "输配电价",
    "系统运行费",
    "政府性基金",
    "线损费",
    "尖峰",
    "谷电",
    "阶梯电价",
    "违约金",
    "产权分界点",
    "专线",
    "封印",
    "潜动",
    "谐波",
    "保安负荷",
    "重要用户",
    "双电源",
    "一户一表",
    "转供电",
    "两部制",
    "暂停",
    "暂拆",
    "减容",
    "改类",
    "更名",
    "力率",
    "无功补偿",
    "漏保",
    "空开",
    "三级保护",
    "有序用电",
    "台区",
    "错峰",
]


def test_every_kind_of_line_has_its_policy(knowledge: Knowledge) -> None:
    assert set(bill_terms()) == {str(kind) for kind in LineKind}
    named = {name for names in bill_terms().values() for name in names}
    assert {name for name in named if knowledge.policy_by_id(name) is None} == set()
    assert all(knowledge.policy_by_id(name).in_force(DAY) for name in named)


@pytest.mark.parametrize("kind", [str(kind) for kind in LineKind])
def test_whoever_has_such_a_line_gets_its_policy(knowledge: Knowledge, kind: str) -> None:
    for name in ONLY_SOME_HAVE.get(kind, set(PAYING)):
        explained = knowledge.term_for(kind, frozenset({name}))
        assert explained is not None and explained.fits(frozenset({name}))
    assert knowledge.term_for("no_such_line") is None


def test_the_words_of_the_trade_are_explained(knowledge: Knowledge) -> None:
    assert len(WORDS) >= 30
    silent = [word for word in WORDS if not knowledge.answer(f"{word}是什么意思", on=DAY).answered]
    assert silent == []


def test_a_policy_as_it_was_on_a_day(knowledge: Knowledge) -> None:
    before = knowledge.policy_on("commercial-time-of-use", date(2023, 3, 31))
    assert before is not None and before.id == "commercial-time-of-use-2022"
    now = knowledge.policy_on("commercial-time-of-use", DAY)
    assert now is not None and now.id == "commercial-time-of-use"
    first = knowledge.policy_on("electric-fence", date(1970, 1, 1))
    assert first is not None and first.id == "electric-fence"
    assert knowledge.policy_on("nothing-here", DAY) is None
