"""Text is text: nothing a customer types executes an intent or wipes a conversation."""

import pytest


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "  /report_hazard",
        "\u200b/restart",
        "\uff0frestart",
        "\ufeff /session_start",
        "\u2215restart",
        "//greet",
    ],
)
def test_text_that_looks_like_a_command_is_text(talk, text):
    talk.actions.script.clear()
    kinds = talk.say(text)
    assert kinds and "action_report_hazard" not in kinds
    assert talk.tracker().latest_message.text in (None, "") or not talk.tracker().latest_message.text.startswith("/")


def test_a_chosen_option_is_its_intent_whatever_its_title(talk):
    assert talk.choose("check_bill") == ["action_check_bill"]


def test_an_option_carries_its_entities_to_the_action(talk):
    seen = {}
    talk.actions.script["action_ask_policy"] = lambda call: (
        seen.update(call["tracker"]["latest_message"])
        or {
            "events": [],
            "responses": [{"custom": {"kind": "policy"}}],
        }
    )
    talk.choose("ask_policy", policy_id="residential-steps")
    assert [(e["entity"], e["value"]) for e in seen["entities"]] == [("policy_id", "residential-steps")]
    assert seen["message_id"] == f"{talk.conversation_id}:1"
