"""The values in a message (account number, period, address …), found by rules on the customer's own characters."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language import assess, find_entities


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DomainEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Sets the entities, and what the hazard guard says of the message."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DomainEntityExtractor:
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            found = [
                {"entity": e.entity, "value": e.value, "start": e.start, "end": e.end, "extractor": "rules"}
                for e in find_entities(text)
            ]
            message.set(ENTITIES, found, add_to_output=True)
            danger = assess(text)
            message.set("hazard", danger.kind, add_to_output=True)
            message.set("flags", sorted(danger.flags), add_to_output=True)
        return messages
