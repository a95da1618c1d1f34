"""What the dialogue would understand: one message a line in, one JSON a line out, order kept, empty lines included.

`python -m bot.dialogue.parse --model FILE`. No server is needed; the model's own graph reads the text. Lines are UTF-8
and end with a line feed, whatever the locale says; nothing but the JSON goes to stdout.
"""

import bot.dialogue.quiet  # isort: skip  (before anything of Rasa)
import bot.dialogue.lean  # isort: skip

import argparse
import asyncio
import contextlib
import json
import sys
from typing import Any

from bot.language import assess, sanitise_command

# An empty line is about nothing, and is never acted on.
NOTHING: dict[str, Any] = {
    "intent": "out_of_scope",
    "confidence": 0.0,
    "accepted": False,
    "intent_ranking": [{"name": name, "confidence": 0.0} for name in ("out_of_scope", "dont_know", "inform")],
    "entities": [],
    "hazard": None,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", required=True)
    results = sys.stdout.buffer
    with contextlib.redirect_stdout(sys.stderr):
        parser = Parser(arguments.parse_args().model)
        for line in sys.stdin.buffer:
            text = line.decode("utf-8", errors="replace").rstrip("\r\n")
            results.write(json.dumps(parser.parse(text), ensure_ascii=False).encode() + b"\n")
            results.flush()


class Parser:
    """A loaded model that reads messages exactly as the turn endpoint has them read."""

    def __init__(self, model: str) -> None:
        from bot.dialogue.processor import load_processor

        bot.dialogue.quiet.quiet_logs()
        self._processor = load_processor(model)
        self._loop = asyncio.new_event_loop()

    def parse(self, text: str) -> dict[str, Any]:
        if not text.strip():
            return {"text": text, **NOTHING}
        from rasa.core.channels.channel import UserMessage

        data = self._loop.run_until_complete(self._processor.parse_message(UserMessage(sanitise_command(text))))
        ranking = [i for i in data["intent_ranking"] if i["name"] != "nlu_fallback"]
        return {
            "text": text,
            "intent": ranking[0]["name"],
            "confidence": ranking[0]["confidence"],
            "accepted": bool(data.get("accepted")),
            "intent_ranking": ranking[:10],
            "entities": [{k: e[k] for k in ("entity", "value", "start", "end")} for e in data["entities"]],
            "hazard": assess(text).kind,
        }


if __name__ == "__main__":
    main()
