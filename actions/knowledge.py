"""Questions about rules: answered by a policy, by a choice between two, or by an honest no."""

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.house import house
from actions.no_account import bereaved_card
from actions.offices import BY_TOPIC, TOPICS, asked_office, office_card
from actions.records import proof_of
from actions.savings import savings_card
from actions.turn import Turn, answer
from bot.clock import local_day
from bot.identity.wishes import says_bereaved
from bot.knowledge import Answer, Policy
from bot.knowledge.plain import plain_text_of
from bot.knowledge.service import bill_terms
from bot.knowledge.terms import about_the_bill
from bot.replies.cards import Card, Option
from bot.replies.cards.knowledge import Policy as PolicyCard
from bot.replies.cards.knowledge import PolicyAsk, PolicyChoices, PolicyClassAsk, PolicyNone
from bot.replies.titles import title

Events = list[dict[str, Any]]
TOPIC = "policy_topic"
TOPIC_TURNS = 3
RELATED = 3
FIRST_QUESTIONS = ("residential-steps", "disconnection-and-reconnection", "transfer")


class ActionAskPolicy(Action):
    """Answers from the policies in force, as they hold for the verified account's class where one is known."""

    def name(self) -> str:
        return "action_ask_policy"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = Turn.of(tracker)
        chosen = house().knowledge.policy_by_id(turn.entities.get("policy_id", ""))
        if chosen is not None:
            return _tell_chosen(dispatcher, tracker, chosen)
        if tracker.latest_message.get("option") or not turn.text.strip():
            answer(dispatcher, PolicyAsk(options=_first_questions()))
            return []
        asked = asked_office(turn, _topic(tracker))
        if asked is None:
            day = _bill_day(tracker) if about_the_bill(turn.text) else None
            found = house().knowledge.answer(
                turn.text, classes=_classes(turn), on=day, topic=_topic(tracker), asked=_asked(tracker)
            )
            asked = BY_TOPIC.get(found.policy.id) if found.policy else None
        if says_bereaved(turn.text):
            answer(dispatcher, bereaved_card())
            if asked is None and found.policy is None:
                return []
        if asked is not None:
            answer(dispatcher, office_card(asked, turn, _about(TOPICS[asked])))
            return _remember(TOPICS[asked])
        answer(dispatcher, _card(found, turn, self.name()))
        if found.policy is not None and (savings := savings_card(found.policy.id, turn)):
            answer(dispatcher, savings)
        if found.policy is None and not found.by_class:
            return _fade(tracker)
        topic = found.policy or found.hits[0].policy
        asked_before = _asked(tracker) if found.goes_on else turn.text
        return _remember(topic.id, _bill_day(tracker), asked_before)


def _tell_chosen(dispatcher: CollectingDispatcher, tracker: Tracker, chosen: Policy) -> Events:
    """The policy of a chosen option; the one a bill led to as it was in force on the last day of the bill."""
    day = _bill_day(tracker) if _topic(tracker) == chosen.id else None
    policy = (house().knowledge.policy_on(chosen.id, day) if day else None) or chosen
    answer(dispatcher, policy_card(policy, superseded=policy.over(local_day(house().clock.now()))))
    return _remember(policy.id, day, _asked(tracker))


def bill_topic(line_kinds: list[str], turn: Turn, last_day: date) -> tuple[list[Option], Events]:
    """What a bill leaves to ask: the policy that explains its least usual line, and the day its rules held."""
    knowledge, classes = house().knowledge, _classes(turn)
    order = [kind for kind in bill_terms() if kind in line_kinds]
    explained = next((policy for kind in order if (policy := knowledge.term_for(kind, classes))), None)
    if explained is None:
        return [], _remember("", last_day)
    named = knowledge.policy_on(explained.id, last_day) or explained
    return [policy_option(named)], _remember(named.id, last_day)


def _card(found: Answer, turn: Turn, action: str) -> Card:
    if found.policy is not None:
        return policy_card(found.policy, superseded=found.superseded)
    if found.by_class:
        return PolicyClassAsk(options=[*_class_options(found), _human()])
    if found.choices:
        return PolicyChoices(options=[*map(policy_option, found.choices), _human()])
    house().knowledge.record_miss(turn.text, turn.request_key(action))
    return PolicyNone(options=[_human()])


def _class_options(found: Answer) -> list[Option]:
    """One option a class; classes with one answer share an option."""
    titles: dict[str, list[str]] = {}
    for name, policy in found.by_class:
        titles.setdefault(policy.id, []).append(title(f"class_{name}"))
    return [
        Option(title="、".join(named), intent="ask_policy", entities={"policy_id": policy_id})
        for policy_id, named in titles.items()
    ]


def policy_card(policy: Policy, *, superseded: bool = False) -> PolicyCard:
    """The policy's own words. A safety text carries neither mark nor source."""
    follower = house().knowledge.policy_by_id(policy.superseded_by or "")
    related = [follower] if follower else house().knowledge.related(policy)
    return PolicyCard(
        id=policy.id,
        title=policy.title,
        short=policy.short,
        body=plain_text_of(policy.body),
        source="" if policy.safety else policy.source.line(),
        effective_from=None if policy.safety else policy.effective_from,
        unverified=not policy.verified and not policy.safety,
        applies_to=list(policy.applies_to),
        superseded_on=policy.effective_to if superseded else None,
        now=follower.short if superseded and follower else "",
        options=[*(policy_option(p) for p in related[:RELATED]), *_thumbs(policy)],
    )


def _thumbs(policy: Policy) -> list[Option]:
    """A safety text is not asked about."""
    if policy.safety:
        return []
    return [
        Option(title=title(f"rate_{way}"), intent="give_feedback", entities={"policy_id": policy.id, "rating": way})
        for way in ("up", "down")
    ]


def policy_option(policy: Policy) -> Option:
    return Option(title=policy.title, intent="ask_policy", entities={"policy_id": policy.id})


def _about(policy_id: str) -> list[Option]:
    """What else there is to know of offices and people stands in a policy."""
    if house().knowledge.policy_by_id(policy_id) is None:
        return []
    return [Option(title=title("office_more"), intent="ask_policy", entities={"policy_id": policy_id})]


def _first_questions() -> list[Option]:
    found = [house().knowledge.policy_by_id(policy_id) for policy_id in FIRST_QUESTIONS]
    return [policy_option(p) for p in found if p is not None]


def _classes(turn: Turn) -> frozenset[str]:
    proof = proof_of(turn)
    return house().identity.axes(proof)["customer_class"] if proof else frozenset()


def _topic(tracker: Tracker) -> str | None:
    topic = tracker.get_slot(TOPIC)
    return str(topic["id"]) or None if topic else None


def _bill_day(tracker: Tracker) -> date | None:
    """The last day of the bill that was talked of."""
    return _day((tracker.get_slot(TOPIC) or {}).get("as_of"))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _asked(tracker: Tracker) -> str:
    """The question the topic began with, to be asked again for another class of customer."""
    return str((tracker.get_slot(TOPIC) or {}).get("asked") or "")


def _remember(policy_id: str, as_of: date | None = None, asked: str = "") -> Events:
    """The topic; with the last day of the bill that led to it, and the question to be asked for another class."""
    topic = {"id": policy_id, "turns": TOPIC_TURNS}
    topic |= {"as_of": as_of.isoformat()} if as_of else {}
    return [SlotSet(TOPIC, topic | ({"asked": asked} if asked else {}))]


def _fade(tracker: Tracker) -> Events:
    """A topic is remembered for three questions."""
    topic = tracker.get_slot(TOPIC)
    if not topic or topic["turns"] <= 1:
        return [SlotSet(TOPIC, None)]
    return [SlotSet(TOPIC, {**topic, "turns": topic["turns"] - 1})]


def _human() -> Option:
    return Option(title=title("human"), intent="request_human")
