"""What an editor should put right before a policy goes out: each finding names the file and the cure."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.knowledge.figures import Figures, typed
from bot.knowledge.index import PolicyIndex
from bot.knowledge.policy import Policy, read_folder

PRICES = ("tariff.",)
MARKS = ("[V", "[K", "[?")


def check_folder(folder: Path, today: date, figures: Figures) -> list[str]:
    policies, problems = read_folder(folder, figures(today))
    every = list(policies.values())
    for policy in every:
        problems += _references(policy, policies) + _dates(policy, policies) + _marks(policy)
        problems += _typed_prices(policy, figures(today))
    filled = [policy.filled(figures(today)) for policy in every]
    return problems + _stolen_questions(filled, today)


def _references(policy: Policy, policies: dict[str, Policy]) -> list[str]:
    named = [*policy.related, *([policy.superseded_by] if policy.superseded_by else [])]
    unknown = [name for name in named if name not in policies]
    return [f"{policy.id}.md:没有叫 {name} 的政策,请改 related 或 superseded_by" for name in unknown]


def _dates(policy: Policy, policies: dict[str, Policy]) -> list[str]:
    found = []
    if policy.effective_to is not None and policy.effective_to < policy.effective_from:
        found.append(f"{policy.id}.md:effective_to 早于 effective_from")
    if policy.superseded_by is not None and policy.effective_to is None:
        found.append(f"{policy.id}.md:有 superseded_by 就要有 effective_to")
    follower = policies.get(policy.superseded_by or "")
    if follower and policy.effective_to and follower.effective_from <= policy.effective_to:
        found.append(f"{policy.id}.md:与 {follower.id} 的生效日期重叠")
    if _goes_in_circles(policy, policies):
        found.append(f"{policy.id}.md:superseded_by 绕成了圈")
    return found


def _goes_in_circles(policy: Policy, policies: dict[str, Policy]) -> bool:
    seen = {policy.id}
    following = policies.get(policy.superseded_by or "")
    while following is not None:
        if following.id in seen:
            return True
        seen.add(following.id)
        following = policies.get(following.superseded_by or "")
    return False


def _marks(policy: Policy) -> list[str]:
    text = " ".join([policy.title, policy.short, policy.body])
    return [f"{policy.id}.md:正文里有内部标记 {mark}" for mark in MARKS if mark in text]


def _typed_prices(policy: Policy, figures: Mapping[str, str]) -> list[str]:
    """A price written out would stay behind when the tariff changes. What is over keeps the price of its time."""
    if policy.effective_to is not None:
        return []
    names = typed(f"{policy.short} {policy.body}", figures, PRICES)
    return [f"{policy.id}.md:价格请写成 {{{{{name}}}}},不要直接写数字" for name in names]


def _stolen_questions(policies: Sequence[Policy], today: date) -> list[str]:
    """Questions of a policy in force that find another policy first."""
    current = [p for p in policies if p.in_force(today)]
    index = PolicyIndex(current)
    found = []
    for policy in current:
        for question in policy.questions:
            hits = index.search(question, limit=1)
            if not hits or hits[0].policy.id != policy.id:
                other = hits[0].policy.id if hits else "(没有)"
                found.append(f"{policy.id}.md:问法“{question}”先找到的是 {other}")
    return found
