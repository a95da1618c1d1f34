"""Starts Rasa's own server with our turn endpoint and turn processor, on this machine only and behind a key.

`python -m bot.dialogue.server --model FILE --port N`. Who runs the actions stands in endpoints.yml, who may ask in
credentials.yml; the database is LAMPLIGHTER_DATABASE_URL.
"""

import bot.dialogue.quiet  # isort: skip  (before anything of Rasa)
import bot.dialogue.lean  # isort: skip

import argparse
import asyncio
import os
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.run import configure_app
from rasa.shared.utils.io import read_config_file
from sanic import Sanic

from bot.dialogue import fast
from bot.dialogue.gateway_input import GatewayInput, lock_every_door
from bot.dialogue.naming import ROOT
from bot.dialogue.processor import load_processor
from bot.dialogue.tracker_store import CompactTrackerStore

WARM_UP = "warm up"  # loads the dictionary before the first customer does
NEEDED = ("LAMPLIGHTER_PRIVATE_KEY", "LAMPLIGHTER_ACTIONS_URL", "LAMPLIGHTER_DATABASE_URL")
CHANNEL = "bot.dialogue.gateway_input.GatewayInput"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        raise SystemExit(f"the dialogue is started by `lamplighter up`; not set: {', '.join(missing)}")
    bot.dialogue.quiet.quiet_logs()
    fast.install()
    create_app(given.model, given.port).run(
        host="127.0.0.1", port=given.port, access_log=False, debug=False, motd=False
    )


def create_app(model: str, port: int) -> Sanic:
    """Rasa's app with nothing but the turn endpoint behind its doors."""
    store = CompactTrackerStore(os.environ["LAMPLIGHTER_DATABASE_URL"])
    actions = fast.KeptEndpoint.from_dict(_configured("endpoints.yml")["action_endpoint"])
    processor = load_processor(model, store, actions)
    asyncio.run(processor.parse_message(UserMessage(WARM_UP)))
    channel = GatewayInput.from_credentials(_configured("credentials.yml")[CHANNEL])
    channel.processor = processor
    app = configure_app([channel], enable_api=False, port=port)
    lock_every_door(app, channel.private_key)
    return app


def _configured(file: str) -> Any:
    """A file of ours, with ${NAMES} replaced from the environment."""
    return read_config_file(ROOT / file)


if __name__ == "__main__":
    main()
