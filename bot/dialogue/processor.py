"""The turn processor: a turn succeeds whole, or it leaves the tracker as it was and may be asked again."""

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.actions.action import ActionExecutionRejection
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

FALLBACK = "nlu_fallback"
MISSES = "not_understood"
OTHER_NEED, OFFER_OTHER_NEED = "other_need", "action_offer_other_need"
DANGER = "report_hazard"
OFFER = ("pending_offer", "offer_data")
EXPECTED_AFTER_OFFER = {"affirm", "deny", "dont_know", "inform", FALLBACK}


class TurnFailed(Exception):
    """This turn cannot be answered, and asking again would not help."""


class TurnProcessor(MessageProcessor):
    """Stock processing with four differences: a failing action ends the turn, a runaway turn fails, nothing is logged
    of what was said, and tracker and replies are saved together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_circuit_break = _runaway
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, message: UserMessage) -> list[dict[str, Any]]:
        """The cards that answer this message. An answered message id gets its stored cards back.

        One turn of a conversation at a time; its lock lives as long as somebody holds it or waits for it. Another
        server's turn of the same conversation is found out when the tracker is saved.
        """
        lock = self._turns.setdefault(message.sender_id, asyncio.Lock())
        async with lock:
            stored, tracker = await self.tracker_store.open_turn(message.message_id, message.sender_id)
            return stored if stored is not None else await self._turn(message, tracker)

    async def _turn(self, message: UserMessage, tracker: DialogueStateTracker) -> list[dict[str, Any]]:
        await self._update_tracker_session(tracker, message.output_channel, message.metadata)
        await self._handle_message_with_tracker(message, tracker)
        self._forget_the_past(tracker)
        self._note_other_need(tracker)
        await self._run_prediction_loop(message.output_channel, tracker)
        await self._offer_other_need(message.output_channel, tracker)
        replies = [said["custom"] for said in message.output_channel.messages if said.get("custom")]
        if not replies:
            raise TurnFailed("empty")
        await self.tracker_store.save_turn(tracker, message.message_id, replies)
        return replies

    def _forget_the_past(self, tracker: DialogueStateTracker) -> None:
        """An understood message ends the count of misses; an offer holds for the next message only."""
        intent = tracker.latest_message.intent.get("name")
        if intent != FALLBACK and tracker.get_slot(MISSES):
            tracker.update(SlotSet(MISSES, None), self.domain)
        if intent not in EXPECTED_AFTER_OFFER and tracker.get_slot(OFFER[0]):
            tracker.update_with_events([SlotSet(name, None) for name in OFFER], self.domain)

    def _note_other_need(self, tracker: DialogueStateTracker) -> None:
        """Two needs in one message: the more urgent is answered first, the other is kept until nothing else is open."""
        said = tracker.latest_message
        intent, needs = said.intent.get("name"), said.parse_data.get("needs") or []
        other = next((need for need in needs if need != intent), None) if intent in needs else None
        settled = intent in (DANGER, tracker.get_slot(OTHER_NEED))
        if other is not None and intent != DANGER:
            tracker.update(SlotSet(OTHER_NEED, other), self.domain)
        elif settled and tracker.get_slot(OTHER_NEED):
            tracker.update(SlotSet(OTHER_NEED, None), self.domain)

    async def _offer_other_need(self, output_channel: Any, tracker: DialogueStateTracker) -> None:
        """Offers what was kept, once the turn is over and no form waits for an answer."""
        if tracker.get_slot(OTHER_NEED) and tracker.active_loop_name is None:
            action = self._get_action(OFFER_OTHER_NEED)
            prediction = PolicyPrediction.for_action_name(self.domain, OFFER_OTHER_NEED)
            await self._run_action(action, tracker, output_channel, self.nlg, prediction)

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        tracker = tracker or DialogueStateTracker.from_events(message.sender_id, [])
        return self._parse_message_with_graph(message, tracker, only_output_properties)

    async def _handle_message_with_tracker(self, message: UserMessage, tracker: DialogueStateTracker) -> None:
        parse_data = message.parse_data or await self.parse_message(message, tracker)
        uttered = UserUttered(
            message.text,
            parse_data["intent"],
            parse_data["entities"],
            parse_data,
            input_channel=message.input_channel,
            message_id=message.message_id,
            metadata=message.metadata,
        )
        tracker.update(uttered, self.domain)

    async def run_action_extract_slots(self, output_channel: Any, tracker: DialogueStateTracker) -> Any:
        """No slot is filled by a mapping: forms and actions set them all."""
        return tracker

    async def _run_action(
        self, action: Any, tracker: DialogueStateTracker, output_channel: Any, nlg: Any, prediction: Any
    ) -> bool:
        seen = tracker
        if prediction.events:
            seen = tracker.copy()
            seen.update_with_events(prediction.events, self.domain)
        try:
            events = await action.run(output_channel, nlg, seen, self.domain)
        except ActionExecutionRejection:
            rejected = ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence)
            tracker.update(rejected, self.domain)
            return True
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self._send_bot_messages(events, tracker, output_channel)
        return action.name() != ACTION_LISTEN_NAME and self.should_predict_another_action(action.name())

    def _log_action_on_tracker(self, tracker: DialogueStateTracker, action: Any, events: Any, prediction: Any) -> None:
        if not any(isinstance(event, ActionExecutionRejected) for event in events or []):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction), self.domain)
        tracker.update_with_events(events or [], self.domain)


def _runaway(tracker: Any, output_channel: Any, nlg: Any) -> None:
    raise TurnFailed("too many actions")


def load_processor(
    model: str, tracker_store: Any = None, action_endpoint: EndpointConfig | None = None
) -> TurnProcessor:
    """A processor with this model; without a tracker store it can only parse."""
    generator = NaturalLanguageGenerator.create(None, Domain.empty())
    processor = TurnProcessor(model, tracker_store, InMemoryLockStore(), generator, action_endpoint)
    processor.nlg = NaturalLanguageGenerator.create(None, processor.domain)
    if tracker_store is not None:
        tracker_store.domain = processor.domain
    return processor


def new_message(body: dict[str, Any], text: str, parse_data: dict[str, Any] | None) -> UserMessage:
    return UserMessage(
        text,
        CollectingOutputChannel(),
        body["conversation_id"],
        parse_data=parse_data,
        input_channel=body.get("channel") or "web",
        message_id=body["message_id"],
    )
