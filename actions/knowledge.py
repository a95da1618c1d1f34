"""Questions about rules: answered by a policy, by a choice between two, or by an honest no."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.house import house
from actions.no_account import bereaved_card
from actions.offices import BY_TOPIC, TOPICS, asked_office, office_card
from actions.turn import Turn, answer
from bot.errors import NotAllowed
from bot.identity.wishes import says_bereaved
from bot.knowledge import Answer, Policy
from bot.knowledge.plain import plain_text_of
from bot.replies.cards import Card, Option
from bot.replies.cards.knowledge import Policy as PolicyCard
from bot.replies.cards.knowledge import PolicyAsk, PolicyChoices, PolicyNone
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
            answer(dispatcher, policy_card(chosen))
            return _remember(chosen.id)
        if tracker.latest_message.get("option") or not turn.text.strip():
            answer(dispatcher, PolicyAsk(options=_first_questions()))
            return []
        asked = asked_office(turn, _topic(tracker))
        if asked is None:
            found = house().knowledge.answer(turn.text, classes=_classes(turn), topic=_topic(tracker))
            asked = BY_TOPIC.get(found.policy.id) if found.policy else None
        if says_bereaved(turn.text):
            answer(dispatcher, bereaved_card())
            if asked is None and found.policy is None:
                return []
        if asked is not None:
            answer(dispatcher, office_card(asked, turn, _about(TOPICS[asked])))
            return _remember(TOPICS[asked])
        answer(dispatcher, _card(found, turn, self.name()))
        return _remember(found.policy.id) if found.policy else _fade(tracker)


def _card(found: Answer, turn: Turn, action: str) -> Card:
    if found.policy is not None:
        return policy_card(found.policy, superseded=found.superseded)
    if found.choices:
        return PolicyChoices(options=[*map(policy_option, found.choices), _human()])
    house().knowledge.record_miss(turn.text, turn.request_key(action))
    return PolicyNone(options=[_human()])


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
    try:
        proof = house().identity.access_account(turn.conversation_id)
    except NotAllowed:
        return frozenset()
    return house().identity.axes(proof)["customer_class"]


def _topic(tracker: Tracker) -> str | None:
    topic = tracker.get_slot(TOPIC)
    return str(topic["id"]) if topic else None


def _remember(policy_id: str) -> Events:
    return [SlotSet(TOPIC, {"id": policy_id, "turns": TOPIC_TURNS})]


def _fade(tracker: Tracker) -> Events:
    """A topic is remembered for three questions."""
    topic = tracker.get_slot(TOPIC)
    if not topic or topic["turns"] <= 1:
        return [SlotSet(TOPIC, None)]
    return [SlotSet(TOPIC, {**topic, "turns": topic["turns"] - 1})]


def _human() -> Option:
    return Option(title=title("human"), intent="request_human")
