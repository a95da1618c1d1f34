"""What an editor should put right before a policy goes out: each finding names the file and the cure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge.figures import Figures, fill, typed
from bot.knowledge.index import PolicyIndex
from bot.knowledge.policy import Policy, read_folder
from bot.settings import ROOT

PRICES = ("tariff.",)
MARKS = ("[V", "[K", "[?")
LINK = re.compile(r"\]\(([^)]*)\)|(https?://\S+)")
LEVEL_WORDS = ROOT / "data" / "lexicon" / "level_words.yml"
SENTENCES = re.compile(r"[\n。;]+")
NEAR = 3  # a question of a policy must find it among the first so many, even if its words are not taken whole


def check_folder(folder: Path, today: date, figures: Figures) -> list[str]:
    policies, problems = read_folder(folder, figures(today))
    every = list(policies.values())
    for policy in every:
        problems += _references(policy, policies) + _dates(policy, policies) + _marks(policy)
        problems += _links(policy, policies) + _typed_prices(policy, figures(today))
        problems += _other_levels(policy, figures(today), today)
    problems += _contradictions(every)
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


def _links(policy: Policy, policies: dict[str, Policy]) -> list[str]:
    """Policies link to policies only: what lies outside may change or go under."""
    found = []
    for inside, outside in LINK.findall(policy.body):
        target = inside or outside
        if target.removeprefix("/policies/").removesuffix(".md") not in policies:
            found.append(f"{policy.id}.md:链接 {target} 打不开,只能写 /policies/ 加政策的 id")
    return found


def _other_levels(policy: Policy, figures: Mapping[str, str], today: date) -> list[str]:
    """Times written out that are not those of the service levels."""
    if not policy.in_force(today):
        return []
    words = _level_words()
    text = fill(f"{policy.short}\n{policy.body}", figures)
    found = []
    for sentence in SENTENCES.split(text):
        if re.search(words["unless"], sentence):
            continue
        for level in words["levels"]:
            said = re.search(rf"(?={level['words']}).*?(\d+{level['unit']})", sentence)
            held = {value for name, value in figures.items() if name.startswith(level["figures"])}
            if said and held and said[1] not in held:
                found.append(
                    f"{policy.id}.md:“{said[1]}”与服务时限 {level['figures']} 不一样({'、'.join(sorted(held))})"
                )
    return found


@cache
def _level_words() -> Any:
    return yaml.safe_load(LEVEL_WORDS.read_text(encoding="utf-8"))


def _contradictions(policies: Sequence[Policy]) -> list[str]:
    """Two policies of one title for the same customers, in force on the same days."""
    found = []
    for one, other in combinations(sorted(policies, key=lambda policy: policy.id), 2):
        if one.title == other.title and _shares_days(one, other) and other.fits(frozenset(one.applies_to)):
            found.append(f"{one.id}.md:与 {other.id} 题目相同,生效日期又重叠,请并成一条或写明 effective_to")
    return found


def _shares_days(one: Policy, other: Policy) -> bool:
    last = date.max
    return one.effective_from <= (other.effective_to or last) and other.effective_from <= (one.effective_to or last)


def _stolen_questions(policies: Sequence[Policy], today: date) -> list[str]:
    """Questions of a policy in force that stand in another too, or whose words find others before it."""
    current = [p for p in policies if p.in_force(today)]
    index = PolicyIndex(current)
    found = []
    for policy in current:
        for question in policy.questions:
            whole = [hit.policy.id for hit in index.search(question, limit=NEAR)]
            apart = [hit.policy.id for hit in index.search(question, limit=NEAR, verbatim=False)]
            if whole[:1] != [policy.id] or policy.id not in apart:
                other = next((name for name in [*whole[:1], *apart] if name != policy.id), "(没有)")
                found.append(f"{policy.id}.md:问法“{question}”先找到的是 {other}")
    return found
