"""Three places where stock Rasa spends most of a turn, done once instead of each time.

Measured on a turn with one action: 42 % went into jsonschema re-checking its own schema on every action result, 12 %
into walking all subclasses of Event for every event read, and a new TCP connection was opened for every call.
"""

from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.exceptions import RasaException
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig


def install() -> None:
    """Replaces the slow parts for this process."""
    RemoteAction._validate_action_result = staticmethod(check_shape)
    by_type = {cls.type_name: cls for cls in all_subclasses(Event) if getattr(cls, "type_name", None)}
    Event.resolve_by_type = staticmethod(lambda type_name, default=None: by_type.get(type_name, default))


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

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        body: dict[str, Any] = kwargs["json"]
        timeout = aiohttp.ClientTimeout(total=kwargs.get("timeout") or 60)
        session = self._open()
        async with session.post(self.url, json=body, headers=self.headers, timeout=timeout) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, await response.text())
            return await response.json()

    def _open(self) -> aiohttp.ClientSession:
        if self._kept is None or self._kept.closed:
            self._kept = aiohttp.ClientSession()
        return self._kept
