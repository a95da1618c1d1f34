"""Two needs in one message: the more urgent is answered, the other is offered when nothing else is open."""

from tests.dialogue.conftest import slot

TWO = "催一下我报的修。还有我的电费余额是多少"
OFFER = "action_offer_other_need"


def clear_after_offer(talk):
    talk.actions.script[OFFER] = lambda call: {
        "events": [slot("other_need", None)],
        "responses": [{"custom": {"kind": call["tracker"]["slots"]["other_need"]}}],
    }


def understood(talk, monkeypatch, *needs):
    """Whatever is said next is read as these needs: what the model makes of words is measured elsewhere."""

    async def parsed(message, tracker=None, only_output_properties=True):
        return {"text": message.text, "intent": {"name": needs[0]}, "entities": [], "needs": list(needs)}

    monkeypatch.setattr(talk.processor, "parse_message", parsed)


def test_the_more_urgent_is_answered_and_the_other_offered(talk, monkeypatch):
    clear_after_offer(talk)
    understood(talk, monkeypatch, "urge_ticket", "check_balance")
    assert talk.say(TWO) == ["action_urge_ticket", "check_balance"]
    monkeypatch.undo()
    assert talk.say("谢谢") == ["thank"]


def test_with_a_form_open_the_other_waits_for_its_end(talk, monkeypatch):
    clear_after_offer(talk)
    understood(talk, monkeypatch, "report_no_power", "check_balance")
    talk.actions.script["validate_diagnosis_form"] = lambda call: {
        "events": [slot("diagnosis_answer", None), slot("requested_slot", "diagnosis_answer")],
        "responses": [{"custom": {"kind": "question"}}],
    }
    assert talk.say("我家没电了。还有我的电费余额是多少") == ["question"]
    assert talk.tracker().get_slot("other_need") == "check_balance"
    monkeypatch.undo()
    leaving = [{"event": "active_loop", "name": None}, slot("requested_slot", None)]
    talk.actions.script["action_request_human"] = lambda call: {
        "events": leaving,
        "responses": [{"custom": {"kind": "queued"}}],
    }
    talk.actions.script["validate_diagnosis_form"] = lambda call: {
        "events": [{"event": "action_execution_rejected", "name": "diagnosis_form"}],
        "responses": [],
    }
    assert talk.say("转人工") == ["queued", "check_balance"]


def test_danger_offers_nothing_beside_itself(talk):
    clear_after_offer(talk)
    assert OFFER not in talk.say("电线掉地上冒火了!还有我的电费余额是多少")
    assert talk.tracker().get_slot("other_need") is None


def test_asking_for_the_other_oneself_settles_it(talk, monkeypatch):
    understood(talk, monkeypatch, "urge_ticket", "check_balance")
    talk.actions.script[OFFER] = {"events": [], "responses": [{"custom": {"kind": "offered"}}]}
    assert talk.say(TWO) == ["action_urge_ticket", "offered"]
    monkeypatch.undo()
    assert talk.say("查余额") == ["action_check_balance"]
    assert talk.tracker().get_slot("other_need") is None
