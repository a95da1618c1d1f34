"""The safety words: present for every danger, short, and never loaded when something is wrong with them."""

from pathlib import Path

import pytest
import yaml

from bot.errors import ConfigurationError
from bot.language.files import SAFETY
from bot.language.hazard import KINDS
from bot.language.safety import CHANNELS, load_safety

FIRST = {
    "wire_down": "别靠近别碰!离它至少8米,越远越好,拦住别人。有人受伤打120,起火打119。",
    "shock": "别用手拉!先断电源,马上打120。",
    "fire": "人先撤,打119。没断电不要泼水。",
    "tingle": "别再碰。手脚都干才去拉总闸;做不到就离开,别让孩子靠近。",
}


def _copies(folder: Path) -> Path:
    for path in SAFETY.glob("*.yml"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def _change(folder: Path, name: str, **changes: object) -> None:
    path = _copies(folder) / f"{name}.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content.update(changes)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_every_danger_has_its_words_on_every_channel() -> None:
    texts = load_safety()
    assert set(texts) == set(KINDS)
    assert all(set(text.text) == set(CHANNELS) for text in texts.values())


@pytest.mark.parametrize(("kind", "words"), FIRST.items())
def test_the_first_words_are_the_agreed_ones(kind: str, words: str) -> None:
    assert load_safety()[kind].text["sms"] == words


def test_nothing_said_first_is_longer_than_one_short_message() -> None:
    for text in load_safety().values():
        assert all(len(words.splitlines()[0]) <= 67 for words in text.text.values())


def test_the_close_names_the_ticket() -> None:
    closing = load_safety()["fire"].closing("LZ2611240001")
    assert closing.startswith("已报急修 LZ2611240001,值班人员已收到警报。")
    assert "{" not in closing


def test_a_danger_without_words_stops_the_start(tmp_path: Path) -> None:
    (_copies(tmp_path) / "flood.yml").unlink()
    with pytest.raises(ConfigurationError, match="flood"):
        load_safety(tmp_path)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": "fire2"}, "id 应当是 fire"),
        ({"title": ""}, "缺少 title"),
        ({"reviewer": ""}, "缺少 reviewer"),
        ({"date": "soon"}, "date 应当是"),
        ({"close": "已报急修"}, "工单号的位置"),
        ({"text": {"web": "跑。", "wechat": "跑。"}}, "缺少 sms"),
        ({"text": {"web": "跑" * 68, "wechat": "跑。", "sms": "跑。"}}, "web 的第一句有 68 字"),
        ({"text": {"web": "已经停电了,可以靠近。", "wechat": "跑。", "sms": "跑。"}}, "不可以写"),
    ],
)
def test_wrong_words_are_refused_with_the_reason(tmp_path: Path, changes: dict[str, object], problem: str) -> None:
    _change(tmp_path, "fire", **changes)
    with pytest.raises(ConfigurationError, match=problem) as caught:
        load_safety(tmp_path)
    assert "fire.yml" in caught.value.message
