"""The intent of a message: our linear model and our judgement as one step of Rasa's pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.components.judgement import Ranking, judge
from bot.dialogue.components.linear import LinearModel

FALLBACK = "nlu_fallback"
RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Sets intent, intent_ranking, accepted and needs. Where it is not sure the intent is nlu_fallback, while the
    ranking keeps the business intents."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: LinearModel) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        return cls(model_storage, resource, LinearModel())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(folder / "linear.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        examples = training_data.intent_examples
        self._model.fit([e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / "linear.joblib")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._understand(message)
        return messages

    def _understand(self, message: Message) -> None:
        judgement = judge(message.get(TEXT) or "", self.rank)
        ranking = [{"name": name, "confidence": round(float(p), 4)} for name, p in judgement.ranking[:RANKED]]
        chosen = ranking[0] if judgement.accepted else {"name": FALLBACK, "confidence": ranking[0]["confidence"]}
        for key, value in (
            (INTENT, chosen),
            ("intent_ranking", ranking),
            ("accepted", judgement.accepted),
            ("needs", list(judgement.needs)),
        ):
            message.set(key, value, add_to_output=True)

    def rank(self, texts: Sequence[str]) -> list[Ranking]:
        """Each text's intents with their probabilities, likeliest first."""
        labels = self._model.labels
        return [[(labels[i], row[i]) for i in row.argsort()[::-1]] for row in self._model.probabilities(texts)]
