"""The places where stock Rasa spends most of a turn, done once instead of each time.

Measured on a turn with one action: 42 % went into jsonschema re-checking its own schema on every action result, 12 %
into walking all subclasses of Event for every event read, a new TCP connection was opened for every call, and a
scheduler planned the same graph of five steps anew three times a turn. Of what was left, a quarter went into trying
every rule on the same few histories, half of it for rules about words where there are none, and an eighth into copying
slots by way of pickling.
"""

import json
from graphlib import TopologicalSorter
from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.exceptions import RasaException
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

CONNECTIONS = 64
# The action server closes idle connections after 5 s: ours must go first, or a call meets a closed one.
IDLE_SECONDS = 4.0
# The gateway hangs up after 60 s and asks again: by then a call has to have an end.
PATIENCE = aiohttp.ClientTimeout(total=50)
HISTORIES = 4096  # so many are remembered with the rules that fit them
find_action, fitting_rules = RulePolicy._find_action_from_rules, RulePolicy._get_possible_keys


def install() -> None:
    """Replaces the slow parts for this process."""
    RemoteAction._validate_action_result = staticmethod(check_shape)
    by_type = {cls.type_name: cls for cls in all_subclasses(Event) if getattr(cls, "type_name", None)}
    DaskGraphRunner.run = run_graph
    RulePolicy._find_action_from_rules = find_action_by_intent
    RulePolicy._get_possible_keys = remembered_rules
    Slot.__copy__ = copy_slot
    Event.resolve_by_type = staticmethod(lambda type_name, default=None: by_type.get(type_name, default))


def run_graph(runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> Any:
    """The steps of the graph in their order, without a scheduler: a message runs through the same few each time."""
    wanted = list(targets or runner._graph_schema.target_names)
    results = {name: (name, value) for name, value in (inputs or {}).items()}
    for name, needs in _steps(runner, tuple(wanted)):
        results[name] = runner._instantiated_nodes[name](*(results[need] for need in needs))
    return dict(results[name] for name in wanted)


def _steps(runner: DaskGraphRunner, wanted: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Each step with what it needs, in an order that works; found once for a runner and its targets."""
    known = runner.__dict__.setdefault("_steps", {})
    if wanted not in known:
        nodes = runner._graph_schema.minimal_graph_schema(list(wanted)).nodes
        before = {name: {n for n in node.needs.values() if n in nodes} for name, node in nodes.items()}
        order = TopologicalSorter(before).static_order()
        known[wanted] = [(name, tuple(nodes[name].needs.values())) for name in order]
    return known[wanted]


def find_action_by_intent(
    policy: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool
) -> "tuple[str | None, str | None, bool]":
    """Rasa looks for a rule about the customer's very words first; ours are all about the intent."""
    if use_text_for_last_user_input and not _has_rules_about_words(policy):
        return None, None, False
    return find_action(policy, tracker, domain, use_text_for_last_user_input)


def _has_rules_about_words(policy: RulePolicy) -> bool:
    if "_about_words" not in policy.__dict__:
        states = [state for key in policy.lookup[RULES] for state in json.loads(key)]
        policy.__dict__["_about_words"] = any("text" in state.get("user", {}) for state in states)
    return policy.__dict__["_about_words"]


def remembered_rules(policy: RulePolicy, lookup: dict[str, str], states: list[Any]) -> set[str]:
    """The rules that fit a history. There are few histories: a row holds no more than the last turn."""
    known = policy.__dict__.setdefault("_fitting", {})
    history = (id(lookup), json.dumps(states))
    if history not in known:
        if len(known) >= HISTORIES:
            known.clear()
        known[history] = fitting_rules(policy, lookup, states)
    return known[history]


def copy_slot(slot: Slot) -> Slot:
    twin = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin


def check_shape(result: Any) -> bool:
    """The two lists an action answers with, each item an object; anything else is a failing action."""
    if not isinstance(result, dict):
        raise RasaException("an action answered something that is no object")
    for name in ("events", "responses"):
        items = result.get(name)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise RasaException(f"an action answered without a list of {name}")
    if not all(item.get("event") for item in result["events"]):
        raise RasaException("an action answered an event without a name")
    return True


class KeptEndpoint(EndpointConfig):
    """The action endpoint over connections that are kept open."""

    _kept: aiohttp.ClientSession | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "KeptEndpoint":
        return cls(**data)

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        async with self._open().post(self.url, json=kwargs["json"], headers=self.headers) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, await response.text())
            return await response.json()

    def _open(self) -> aiohttp.ClientSession:
        if self._kept is None or self._kept.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS)
            self._kept = aiohttp.ClientSession(connector=connector, timeout=PATIENCE)
        return self._kept
