"""A case as a customer lives it: what was said is used, danger is said first, self-help stays within its limits."""

from pathlib import Path

import pytest

from bot.diagnosis import Case, Diagnosis, load_fault_models
from bot.diagnosis.model import FAULTS
from bot.errors import ConfigurationError
from bot.language import load_safety

MODELS = load_fault_models()
DIAGNOSIS = Diagnosis(MODELS)


def answered(symptom: str, text: str, *answers: str) -> Case:
    """The case after these answers, each to whatever question was open."""
    case = DIAGNOSIS.begin(symptom, text)
    for answer in answers:
        following = DIAGNOSIS.ask(case)
        assert following is not None
        case = DIAGNOSIS.take(following[0], answer) or pytest.fail(f"{answer} was not read")
    return case


def test_the_first_question_without_power_is_about_the_neighbours_then_the_breaker() -> None:
    following = DIAGNOSIS.ask(DIAGNOSIS.begin("no_power", "俺家没电了"))
    assert following is not None
    case, question = following
    assert [title for _, title in question.choices] == ["只有我家没电", "邻居也没电"]
    case = DIAGNOSIS.take(case, "只有我家没电") or case
    following = DIAGNOSIS.ask(case)
    assert following is not None and following[1].id == "house_switch"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("就我一家不亮,对门啥事没有", {"neighbours": "only_us"}),
        ("不是只有我家,整排都没有", {"neighbours": "all_out"}),
        ("没跳闸,没欠费,就是不来电", {"house_switch": "up", "notice": "quiet"}),
        ("不是跳闸,就是没电", {"house_switch": "up"}),
        ("表上有字,屋里没电", {"meter": "lit"}),
        ("交完钱都俩钟头了还黑着", {"notice": "paid_dark"}),
        ("南屋有电北屋没电是咋回事", {"part": "partly"}),
        ("門口挖掘機挖了一下,整條街都沒電了", {"bang": "heard", "extent": "street", "neighbours": "all_out"}),
        ("卧室厨房都没电", {}),
        ("顾客头发染到一半没电了", {}),
        ("问他跳没跳闸他也说不清", {}),
        ("没电了", {}),
    ],
)
def test_facts_of_the_first_message_are_used(text: str, facts: dict[str, str]) -> None:
    assert DIAGNOSIS.begin("no_power", text).answers == facts


def test_what_was_told_is_not_asked() -> None:
    case = DIAGNOSIS.begin("no_power", "就俺家没电,没跳闸")
    asked = set()
    while (following := DIAGNOSIS.ask(case)) is not None:
        case = DIAGNOSIS.take(following[0], "不知道") or pytest.fail("a don't-know was not read")
        asked.add(following[1].id)
    assert not asked & {"neighbours", "house_switch"}


@pytest.mark.parametrize("text", ["不知道", "不清楚啊", "看不到", "俺也不知道", "表箱锁着呢"])
def test_not_knowing_is_always_an_answer(text: str) -> None:
    case, question = DIAGNOSIS.ask(DIAGNOSIS.begin("no_power")) or pytest.fail("no question")
    case = DIAGNOSIS.take(case, text) or pytest.fail("not read")
    assert case.answers == {question.id: "unknown"}


@pytest.mark.parametrize(
    ("text", "answer"), [("有", "all"), ("没有", "none"), ("都没电了", "none"), ("也停了", "none"), ("咋说呢", None)]
)
def test_a_bare_yes_or_no_answers_the_open_question(text: str, answer: str | None) -> None:
    case, _ = DIAGNOSIS.ask(DIAGNOSIS.begin("no_power")) or pytest.fail("no question")
    taken = DIAGNOSIS.take(case, text)
    expected = {"all": "only_us", "none": "all_out", None: None}[answer]
    assert (taken.answers["neighbours"] if taken else None) == expected


def test_a_tripped_breaker_is_put_back_by_the_customer() -> None:
    told = DIAGNOSIS.conclude(answered("no_power", "只有我家没电", "跳下来了"))
    assert told.outcome.do == "self_help" and told.outcome.steps == "reset_house_switch"
    assert "焦味" in told.steps[0]


def test_neighbours_out_and_nothing_else_known_is_a_crew() -> None:
    case = DIAGNOSIS.begin("no_power", "全村都没电了")
    while (following := DIAGNOSIS.ask(case)) is not None:
        case = DIAGNOSIS.take(following[0], "不知道") or case
    assert DIAGNOSIS.conclude(case).outcome.do == "crew"


def test_a_warning_of_unpaid_bills_with_the_sign_on_the_meter_is_about_paying() -> None:
    case = DIAGNOSIS.begin("no_power", "就我家没电,空开没跳,电表写着请购电")
    assert DIAGNOSIS.conclude(case).outcome.do == "pay_reconnect"


def test_a_meter_that_stays_off_after_paying_is_the_suppliers() -> None:
    told = DIAGNOSIS.conclude(DIAGNOSIS.begin("no_power", "交完钱了,电表还写着拉闸"))
    assert (told.outcome.do, told.outcome.who) in {("crew", "supplier"), ("pay_reconnect", "customer")}


def test_the_house_switch_that_will_not_stay_is_for_an_electrician() -> None:
    told = DIAGNOSIS.conclude(DIAGNOSIS.begin("no_power", "只有我家没电,总闸一合就跳"))
    assert (told.outcome.do, told.outcome.who) == ("own_electrician", "customer")


@pytest.mark.parametrize("sign", ["开关发烫", "家里进水了", "有焦味"])
def test_signs_of_danger_forbid_self_help(sign: str) -> None:
    told = DIAGNOSIS.conclude(DIAGNOSIS.begin("no_power", f"只有我家没电,空开跳了,{sign}"))
    assert told.outcome.do != "self_help"


def test_a_red_cause_that_is_not_excluded_is_warned_of_with_the_first_question_and_once() -> None:
    case = DIAGNOSIS.begin("voltage", "灯忽明忽暗的")
    warnings = []
    while (following := DIAGNOSIS.ask(case)) is not None:
        warnings.append(following[1].warnings)
        case = DIAGNOSIS.take(following[0], "不知道") or case
    assert warnings[0] == ("neutral_fault",) and not any(warnings[1:])


def test_a_likely_danger_is_seen_to_at_once() -> None:
    told = DIAGNOSIS.conclude(DIAGNOSIS.begin("voltage", "突然灯特别亮,邻居家有的亮有的暗,电视烧了"))
    assert told.outcome.urgent and told.outcome.do == "crew"


def test_the_box_switch_is_named_only_where_the_supplier_allows_it() -> None:
    case = Case(symptom="no_power", answers={"neighbours": "only_us"})
    for allowed in (False, True):
        diagnosis = Diagnosis(MODELS, meter_box_self_reset=lambda allowed=allowed: allowed)
        outcomes = {diagnosis.conclude(case).outcome.steps}
        assert ("reset_box_switch" in outcomes) <= allowed


def test_no_advice_sends_anybody_into_a_box_or_to_the_meter() -> None:
    for model in MODELS.models.values():
        for name, steps in model.advice.items():
            if name != "reset_box_switch":
                words = "".join(steps)
                assert not any(bad in words for bad in ("打开表箱", "开表箱", "按电表", "封印", "接线端子")), name


def test_every_danger_has_its_safety_words() -> None:
    dangers = {c.danger for model in MODELS.models.values() for c in model.causes.values() if c.danger}
    assert dangers <= load_safety().keys()


def test_a_fact_told_instead_of_an_answer_is_kept_and_the_question_stays() -> None:
    case, question = DIAGNOSIS.ask(DIAGNOSIS.begin("no_power")) or pytest.fail("no question")
    case = DIAGNOSIS.take(case, "空开没跳") or pytest.fail("not read")
    assert case.answers == {"house_switch": "up"} and case.open == question.id
    again = DIAGNOSIS.ask(case)
    assert again is not None and again[1].id == question.id and len(again[0].asked) == 1
    assert DIAGNOSIS.take(case, "空开没跳") is None


def test_an_earlier_answer_can_be_put_right() -> None:
    case = answered("voltage", "灯忽明忽暗", "邻居也一样")
    case, _ = DIAGNOSIS.ask(case) or pytest.fail("no question")
    case = DIAGNOSIS.take(case, "不对,邻居有的亮有的暗") or pytest.fail("not read")
    assert case.answers["neighbours"] == "mixed"


def test_who_cannot_tell_three_things_is_not_asked_a_fourth() -> None:
    case, asked = DIAGNOSIS.begin("no_power"), 0
    while (following := DIAGNOSIS.ask(case)) is not None:
        case, asked = DIAGNOSIS.take(following[0], "不知道") or case, asked + 1
    assert asked == 3 and DIAGNOSIS.conclude(case).outcome.do == "crew"


def test_a_forced_ticket_asks_nothing_and_sends_somebody() -> None:
    case = Case(symptom="tripping", force_ticket=True)
    assert DIAGNOSIS.ask(case) is None
    assert DIAGNOSIS.conclude(case).outcome.do in {"crew", "verify"}


def test_a_case_survives_the_slot() -> None:
    case = answered("no_power", "没电了", "只有我家没电")
    assert Case.model_validate(case.dump()) == case


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("prior: 24", "prior: 34"), ("only_us: 0.96", "only_us: 0.99"), ("safety: red, danger: pole", "safety: red")],
)
def test_a_wrong_fault_model_stops_the_start_and_names_the_file(tmp_path: Path, wrong: str, right: str) -> None:
    for path in FAULTS.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").replace(wrong, right, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"no_power\.yml"):
        load_fault_models(tmp_path)
