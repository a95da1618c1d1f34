"""A text file is a policy: saved, checked, live within a second, and a broken one keeps its last good version."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.knowledge import PolicyLibrary
from bot.knowledge import index as index_module
from bot.knowledge.check import check_folder
from bot.knowledge.figures import fill, no_figures, typed
from bot.knowledge.index import _read
from bot.knowledge.policy import read_policy

DAY = date(2026, 11, 25)


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_edit_is_live_within_a_second(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell")
    seconds = Seconds()
    library = PolicyLibrary(tmp_path, seconds)
    assert library.index().search("门铃接哪里")[0].policy.short == "门铃接在电表后面。"
    write("doorbell", short="门铃一律接在电表后面,不用报装。")
    seconds.now += 1.0
    assert library.index().search("门铃接哪里")[0].policy.short == "门铃一律接在电表后面,不用报装。"


def test_a_broken_file_keeps_its_last_good_version(tmp_path: Path, write: Callable[..., Path]) -> None:
    path = write("doorbell")
    seconds = Seconds()
    library = PolicyLibrary(tmp_path, seconds)
    library.index()
    path.write_text("---\nid: doorbell\n", "utf-8")
    seconds.now += 1.0
    assert library.policy("doorbell") is not None
    assert library.problems and "doorbell.md" in library.problems[0]


def test_figures_come_from_the_day_asked_about(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell", short="'每度{{tariff.bell.price}}。'")
    library = PolicyLibrary(tmp_path, figures=lambda day: {"tariff.bell.price": "1元" if day < DAY else "2元"})
    assert library.policy("doorbell", date(2025, 1, 1)).short == "每度1元。"
    assert library.policy("doorbell", DAY).short == "每度2元。"


def test_an_unknown_figure_is_named_and_never_an_empty_place(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell", body="{{level.bell.told}}内到。")
    assert check_folder(tmp_path, DAY, lambda day: {}) == ["doorbell.md:没有叫 level.bell.told 的数字"]
    with pytest.raises(ConfigurationError):
        fill("{{level.bell.told}}", {})


def test_a_price_written_out_is_found(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell", body="每度0.56元。")
    found = check_folder(tmp_path, DAY, lambda day: {"tariff.bell.price": "0.56元"})
    assert found == ["doorbell.md:价格请写成 {{tariff.bell.price}},不要直接写数字"]
    assert typed("每度10.56元", {"tariff.bell.price": "0.56元"}, ("tariff.",)) == []


@pytest.mark.parametrize(
    ("front", "complaint"),
    [
        ({"related": "[nowhere]"}, "没有叫 nowhere 的政策"),
        ({"effective_to": "2019-01-01"}, "effective_to 早于 effective_from"),
        ({"superseded_by": "doorbell"}, "有 superseded_by 就要有 effective_to"),
        ({"questions": "[一个问法]"}, "questions"),
        ({"id": "other"}, "id 应与文件名相同"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_the_check_names_file_and_cure(
    tmp_path: Path, write: Callable[..., Path], front: dict[str, str], complaint: str
) -> None:
    write("doorbell", **front)
    found = check_folder(tmp_path, DAY, no_figures)
    assert any("doorbell.md" in line and complaint in line for line in found), found


def test_internal_marks_do_not_reach_customers(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell", body="门铃每月5度[K]。")
    assert check_folder(tmp_path, DAY, no_figures) == ["doorbell.md:正文里有内部标记 [K"]


def test_a_policy_without_fences_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.md"
    path.write_text("没有条目", "utf-8")
    with pytest.raises(ConfigurationError):
        read_policy(path)


def test_a_link_leads_to_a_policy_and_nowhere_else(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell", body="看[门铃](/policies/doorbell)和[别处](/policies/gate),或 https://example.com/a 。")
    found = check_folder(tmp_path, DAY, no_figures)
    assert [line for line in found if "链接" in line] == [
        "doorbell.md:链接 /policies/gate 打不开,只能写 /policies/ 加政策的 id",
        "doorbell.md:链接 https://example.com/a 打不开,只能写 /policies/ 加政策的 id",
    ]


def test_a_time_that_is_not_the_service_levels_is_found(tmp_path: Path, write: Callable[..., Path]) -> None:
    levels = {"level.arrive.urban.told": "45分钟", "level.arrive.urban.limit": "60分钟"}
    write("doorbell", body="城区50分钟到场。到场一般50分钟。以前写到场30分钟。到场不超过60分钟,修好再加30分钟。")
    found = check_folder(tmp_path, DAY, lambda day: levels)
    assert found == ["doorbell.md:“50分钟”与服务时限 level.arrive. 不一样(45分钟、60分钟)"]


def test_two_policies_of_one_title_on_the_same_days_contradict(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell", effective_to="2024-05-31")
    write("doorbell-now", effective_from="2024-06-01", questions="[现在门铃接哪, 现在门铃报装吗, 门铃现在算谁的]")
    assert [line for line in check_folder(tmp_path, DAY, no_figures) if "题目相同" in line] == []
    write("doorbell-new", effective_from="2025-01-01", questions="[新门铃接哪, 新门铃报装吗, 新门铃算谁的]")
    found = [line for line in check_folder(tmp_path, DAY, no_figures) if "题目相同" in line]
    assert found == ["doorbell-new.md:与 doorbell-now 题目相同,生效日期又重叠,请并成一条或写明 effective_to"]


def test_a_question_that_finds_another_policy_is_named(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("doorbell")
    write("gate", title="大门电机", questions="[大门电机要不要报装, 电机算谁的电, 门铃接哪里]")
    found = [line for line in check_folder(tmp_path, DAY, no_figures) if "先找到的是" in line]
    assert found == ["gate.md:问法“门铃接哪里”先找到的是 doorbell"]


def test_one_changed_file_is_read_and_the_others_are_not(
    tmp_path: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("doorbell")
    write("gate", title="大门电机", questions="[大门电机要不要报装, 电机算谁的电, 大门几点关]")
    seconds = Seconds()
    library = PolicyLibrary(tmp_path, seconds)
    assert library.index().search("大门电机")[0].policy.id == "gate"
    read: list[str] = []
    monkeypatch.setattr(index_module, "_read", lambda policy, words: read.append(policy.id) or _read(policy, words))
    write("gate", title="大门电机和地锁", questions="[大门电机要不要报装, 地锁算谁的电, 大门几点关]")
    seconds.now += 1.0
    assert library.index().search("地锁")[0].policy.id == "gate"
    assert read == ["gate"]
    (tmp_path / "gate.md").unlink()
    seconds.now += 1.0
    assert [policy.id for policy in library.index().policies] == ["doorbell"]
