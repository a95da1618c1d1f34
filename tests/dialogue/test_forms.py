"""Forms in the real dialogue: opened by a rule or by an action, left through for questions, ended by danger."""

from bot.dialogue.processor import TurnProcessor
from tests.dialogue.conftest import Talk, follow_up, says, slot


def open_form(talk: Talk, form: str = "verify_form", first: str = "verify_identifier") -> None:
    """Scripts a form as TaskForm answers it: rejects a question once, asks again, takes a value."""
    digressions = {"ask_policy", "report_hazard", "stop", "request_human"}

    def validate(call):
        events, tracker = call["tracker"]["events"], call["tracker"]
        since = events[max(i for i, e in enumerate(events) if e["event"] == "user") :]
        rejected = any(e["event"] == "action_execution_rejected" for e in since)
        asked = tracker["slots"].get("requested_slot")
        if asked == first and not rejected and tracker["latest_message"]["intent"]["name"] in digressions:
            return {"events": [{"event": "action_execution_rejected", "name": form}], "responses": []}
        if asked == first and not rejected:
            done = [slot(first, "x"), slot("requested_slot", None), follow_up("action_verify_done")]
            return {"events": done, "responses": []}
        return {
            "events": [slot(first, None), slot("requested_slot", first)],
            "responses": [{"custom": {"kind": "ask"}}],
        }

    talk.actions.script[f"validate_{form}"] = validate
    talk.actions.script["action_check_bill"] = lambda call: {"events": [follow_up(form)], "responses": []}
    leaving = [{"event": "active_loop", "name": None}, slot("requested_slot", None)]
    for action in ("action_report_hazard", "action_stop", "action_request_human"):
        talk.actions.script[action] = says(action, *leaving)


def test_a_form_is_opened_by_an_action_and_goes_on_to_its_goal(talk):
    open_form(talk)
    assert talk.say("这月电费多少钱") == ["ask"]
    assert talk.tracker().active_loop_name == "verify_form"
    assert talk.say("4100000017") == ["action_verify_done"]
    assert talk.tracker().active_loop_name is None


def test_a_question_in_the_middle_is_answered_and_the_form_asks_again(talk):
    open_form(talk)
    talk.say("这月电费多少钱")
    assert talk.say("阶梯电价怎么算") == ["action_ask_policy", "ask"]
    assert talk.tracker().active_loop_name == "verify_form"
    assert talk.say("4100000017") == ["action_verify_done"]


def test_danger_leaving_and_a_person_end_the_form(talk):
    for words, kind in (
        ("电线掉地上了还冒火", "action_report_hazard"),
        ("算了不办了", "action_stop"),
        ("转人工", "action_request_human"),
    ):
        fresh = Talk(talk.processor, talk.actions)
        open_form(fresh)
        fresh.say("这月电费多少钱")
        assert fresh.say(words) == [kind]
        assert fresh.tracker().active_loop_name is None


def test_a_form_opened_by_a_rule_may_be_done_at_once(talk):
    talk.actions.script["validate_diagnosis_form"] = lambda call: {
        "events": [slot("diagnosis_answer", "done"), slot("requested_slot", None), follow_up("action_diagnosis_done")],
        "responses": [],
    }
    assert talk.say("家里没电了") == ["action_diagnosis_done"]
    assert talk.tracker().active_loop_name is None
    assert talk.say("谢谢") == ["thank"]


def test_every_intent_has_an_answer_outside_forms(talk):
    for intent in talk.processor.domain.intents:
        if intent not in ("restart", "back", "session_start", "out_of_scope"):
            fresh = Talk(talk.processor, talk.actions)
            assert fresh.choose(intent), intent


def test_the_processor_is_ours(talk):
    assert isinstance(talk.processor, TurnProcessor)
