"""`parse`: one line in, one JSON out, in order, whatever the line holds."""

import json
import subprocess
import sys

from bot.dialogue.naming import ROOT

LINES = ["家里没电了", "", "   ", "/restart", "查电费\r", "x\x0by\u2028z"]


def test_every_line_is_answered_in_order_and_in_full(model):
    sent = "\n".join(LINES).encode() + b"\n\xff\xfe"
    command = [sys.executable, "-m", "bot.dialogue.parse", "--model", str(model)]
    ended = subprocess.run(command, cwd=ROOT, input=sent, capture_output=True, timeout=120, check=True)
    results = [json.loads(line) for line in ended.stdout.decode("utf-8").split("\n")[:-1]]
    assert [r["text"] for r in results] == [line.rstrip("\r") for line in LINES] + ["\ufffd\ufffd"]
    for result in results:
        assert list(result) == ["text", "intent", "confidence", "accepted", "intent_ranking", "entities", "hazard"]
        assert len(result["intent_ranking"]) >= 3 and result["intent"] == result["intent_ranking"][0]["name"]
        assert "nlu_fallback" not in [i["name"] for i in result["intent_ranking"]]
    assert [r["accepted"] for r in results[1:3]] == [False, False]
