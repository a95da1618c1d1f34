"""Answers in pages of three parts at most, the signature counted inside."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms.pages import MOST_PARTS_A_PAGE, pages, signed
from bot.channels.sms.parts import count
from bot.channels.sms.words import read_command, words
from bot.identity.reading import texts
from bot.supplier import load_supplier

SIGNATURE = "长葛供电"
SENTENCE = "阶梯电价按年计算,第一档每度零点五六元。"


def core(page: str) -> str:
    return page.removeprefix(f"【{SIGNATURE}】").removesuffix(words().more_line).strip("\n")


def test_a_short_answer_is_one_page_with_the_signature() -> None:
    assert pages("已登记", SIGNATURE) == ["【长葛供电】已登记"]


def test_the_signature_is_counted_inside() -> None:
    assert count(pages("电" * 64, SIGNATURE)[0]) == 1
    assert count(pages("电" * 65, SIGNATURE)[0]) == 2
    assert len(pages("电" * (3 * 67 - 6), SIGNATURE)) == 1
    assert len(pages("电" * (3 * 67 - 5), SIGNATURE)) == 2


def test_a_long_answer_offers_the_next_page_and_ends_sentences() -> None:
    found = pages(SENTENCE * 30, SIGNATURE)
    assert len(found) > 2
    assert all(page.endswith(words().more_line) for page in found[:-1])
    assert not found[-1].endswith(words().more_line)
    assert all(core(page).endswith("。") for page in found)


def test_options_stay_together_at_the_end() -> None:
    options = ["1. 查电费", "2. 报停电", "3. 转人工"]
    found = pages("\n".join([SENTENCE * 12, *options]), SIGNATURE, options)
    assert found[-1].endswith("\n".join(options))
    assert all("1. " not in page for page in found[:-1])


def test_more_options_than_a_page_holds_are_still_all_said() -> None:
    options = [f"{n}. {SENTENCE}" for n in range(1, 20)]
    said = "".join(core(page) for page in pages("\n".join(options), SIGNATURE, options))
    assert all(option.removesuffix("。") in said.replace("\n", "") for option in options)


def test_a_number_or_a_link_is_not_torn() -> None:
    link = "https://example.com/chat/" + "a" * 20
    found = pages("电" * 160 + link + "电" * 150, SIGNATURE)
    assert any(link in page for page in found)


@given(st.text(alphabet=st.sampled_from(list("电费a1 。,\n😀")), max_size=1500))
def test_every_page_fits_and_nothing_is_lost(text: str) -> None:
    found = pages(text, SIGNATURE)
    assert all(count(page) <= MOST_PARTS_A_PAGE for page in found)
    assert all(c < "\ud800" or c > "\udfff" for page in found for c in page)
    told = "".join(core(page) for page in found)
    assert "".join(told.split()) == "".join(text.split())


def test_without_a_signature_nothing_is_put_before() -> None:
    assert signed("a", "") == "a"


def test_the_code_is_one_part_and_ends_with_the_warning() -> None:
    text = texts()["one_time_code"].format(code="012345", minutes=5)
    assert text.endswith("工作人员不会向您要验证码")
    assert [count(page) for page in pages(text, load_supplier().sms_signature)] == [1]


def test_words_are_whole_texts_only() -> None:
    assert (read_command(" td。"), read_command("退订"), read_command("HELP"), read_command("?")) == (
        "stop",
        "stop",
        "help",
        "help",
    )
    assert read_command("帮助我看看电费") is None
    assert (read_command("更多"), read_command("恢复")) == ("more", "resume")
