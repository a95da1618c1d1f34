"""What the fake gateway's bot answers: one reply of every kind the page shows in its own way."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    text: str
    card: dict[str, Any] | None = None
    options: tuple[str, ...] = ()
    sent_at: str = ""


GREETING = Reply(
    "您好,我是长葛供电的智能客服“掌灯”,是机器人,不是真人。停电、电费、办业务、问政策,直接用平常话告诉我就行;"
    "随时可以说“转人工”。\n有危险(线断、触电、冒火)请先离远,再告诉我或打 95598。",
    {"kind": "greet"},
    ("停电报修", "查电费", "问政策", "转人工"),
)
SHORT = "居民用电分三档:每月 180 度以内每度 0.56 元,181–260 度每度 0.61 元,超过 260 度的部分每度 0.86 元。"
BODY = (
    "阶梯按一年累计:第一档 2160 度,第二档 3120 度,1 月 1 日重新算起。\n"
    "家里人口多(5 人及以上)可以申请每月多 100 度的第一档电量。\n合表用户不执行阶梯,每度 0.568 元。"
)
SOURCE = "依据:河南省发展改革委《关于居民生活用电试行阶梯电价的通知》第二条(自 2012年7月1日起执行)"
POLICY = Reply(
    f"{SHORT}(待供电公司确认)\n\n{BODY}\n\n{SOURCE}",
    {"kind": "policy", "id": "tiered-price", "title": "阶梯电价", "short": SHORT, "body": BODY, "unverified": True},
)
HAZARD = Reply(
    "别靠近别碰!离它至少8米,越远越好,拦住别人。有人受伤打120,起火打119。\n"
    "已在8米内:双脚并拢小步蹦开或单脚跳开,不要迈步跑。不管是电线还是网线,一律当带电。",
    {"kind": "hazard", "danger": "wire_down"},
)
REPORTED = Reply(
    "已报急修 JX20261124001,值班人员已收到警报。这里代替不了119、120。您在哪里?村名、路口、店名都行。",
    {"kind": "ticket_opened", "ticket_no": "JX20261124001"},
)
BILL = Reply(
    "10 月电费(用电 10 月 1 日–31 日,11 月 2 日出账):\n"
    "第一档:180 度 × 0.56 元 = 100.80 元\n第二档:80 度 × 0.61 元 = 48.80 元\n"
    "第三档:52 度 × 0.86 元 = 44.72 元\n合计:194.32 元\n已于 11 月 5 日交清。",
    {"kind": "bill"},
    ("为什么比上月高", "看上个月的", "没有别的事"),
)
QUEUED = Reply(
    "已经帮您排队找真人,现在是第 2 位。等的时候有问题可以接着问我;急事也可以打 95598。",
    {"kind": "queued", "place": 2, "reason": "asked"},
)
SCRIPT = {
    "我家停电了": (
        Reply("是只有您家没电,还是邻居也没电?", {"kind": "question"}, ("只有我家", "邻居也没电", "不知道")),
    ),
    "查电费": (BILL,),
    "我想问政策": (Reply("您想了解哪方面的政策?直接问就行。", {"kind": "policy_ask"}),),
    "阶梯电价怎么算": (POLICY,),
    "电线掉地上了冒火": (HAZARD, REPORTED),
    "转人工": (QUEUED,),
}


def answers_to(text: str) -> tuple[Reply, ...]:
    return SCRIPT.get(text) or (Reply(f"收到:{text}", {"kind": "something_new", "x": 1}),)
