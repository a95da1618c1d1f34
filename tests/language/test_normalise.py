"""The view for matching, its way back to the customer's characters, and text that looks like a command."""

import pytest

from bot.language.normalise import normalise, normalise_with_map, sanitise_command


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("電線斷了", "电线断了"),
        ("４１０００００１７", "410000017"),
        ("ＫＶＡ", "kva"),
        ("触\u200b电", "触电"),
        ("快来!!!!!", "快来!"),
        ("啊啊啊啊啊", "啊啊"),
        ("四幺零零零零零零一七", "四幺零零零零零零一七"),
        ("a \t\n b", "a b"),
        ("", ""),
        ("乾淨的頭髮", "干净的头发"),
        ("②", "2"),
    ],
)
def test_one_view_whatever_it_was_written_with(text: str, view: str) -> None:
    assert normalise(text) == view


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("戶號４１００ ００００１７", "4100", "４１００"),
        ("電\u200b線斷了!!!", "电线", "電\u200b線"),
        ("㎾是單位", "kw", "㎾"),
        ("哈哈哈哈停電", "停电", "停電"),
    ],
)
def test_a_span_of_the_view_leads_back_to_the_customers_characters(text: str, part: str, original: str) -> None:
    view = normalise_with_map(text)
    start = view.text.index(part)
    first, last = view.original_span(start, start + len(part))
    assert text[first:last] == original


def test_an_empty_span_leads_back_to_a_place() -> None:
    view = normalise_with_map("停电")
    assert view.original_span(0, 0) == (0, 0)
    assert view.original_span(2, 2) == (2, 2)


COMMANDS = [
    "/restart",
    "  /report_hazard",
    "\uff0frestart",
    "\u200b/restart",
    "\ufeff/restart",
    "\u2215restart",
    "\u2044restart",
    "\u29f8restart",
    "\u3000\u00a0/x",
    "\n\t/x",
    "\x00/x",
    "\u3164/x",
    "\u2800/x",
    "\u202e/x",
    "\ufe0f/x",
    "//x",
]


@pytest.mark.parametrize("text", COMMANDS)
def test_a_first_slash_is_never_a_command(text: str) -> None:
    safe = sanitise_command(text)
    visible = safe.strip().lstrip("\u200b\ufeff\u3000\u00a0\x00\u3164\u2800\u202e\ufe0f ")
    assert visible.startswith("\uff0f")
    assert not safe.strip().startswith("/")
    assert len(safe) == len(text)


@pytest.mark.parametrize("text", [*COMMANDS, "停电了", "1/2", "", "   ", "你好 /restart"])
def test_making_a_text_harmless_twice_changes_nothing(text: str) -> None:
    assert sanitise_command(sanitise_command(text)) == sanitise_command(text)


@pytest.mark.parametrize("text", ["停电了", "1/2", "", "   ", "你好 /restart", "3号楼/2单元"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert sanitise_command(text) == text
