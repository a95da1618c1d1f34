"""Starts Rasa's own server with our turn endpoint and turn processor, on this machine only and behind a key.

`python -m bot.dialogue.server --model FILE --port N`
"""

import bot.dialogue.quiet  # isort: skip  (before anything of Rasa)

import argparse
import asyncio
import os

from rasa.core.channels.channel import UserMessage
from rasa.core.run import configure_app

from bot.dialogue import fast
from bot.dialogue.gateway_input import GatewayInput
from bot.dialogue.processor import load_processor
from bot.dialogue.tracker_store import CompactTrackerStore

WARM_UP = "warm up"  # loads the dictionary before the first customer does


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    bot.dialogue.quiet.quiet_logs()
    fast.install()
    key = os.environ["LAMPLIGHTER_PRIVATE_KEY"]
    actions = fast.KeptEndpoint(
        url=os.environ["LAMPLIGHTER_ACTIONS_URL"] + "/webhook",
        headers={"X-Lamplighter-Key": key},
        enable_selective_domain=True,
    )
    store = CompactTrackerStore(os.environ["LAMPLIGHTER_DATABASE_URL"])
    processor = load_processor(given.model, store, actions)
    asyncio.run(processor.parse_message(UserMessage(WARM_UP)))
    app = configure_app([GatewayInput(processor, key)], enable_api=False, port=given.port)
    app.run(host="127.0.0.1", port=given.port, access_log=False, debug=False, motd=False)


if __name__ == "__main__":
    main()
