"""What voice input makes of the words of the trade is heard; what is a word already is left alone."""

from bot.knowledge import Knowledge
from bot.knowledge.sound import SoundIndex


def test_a_slip_is_heard_by_its_sound() -> None:
    assert SoundIndex(["违约金", "过户"], ()).heard("维跃金怎么算") == ["违约金"]


def test_a_word_or_a_known_pair_is_not_a_slip() -> None:
    sounds = SoundIndex(["公司", "电价"], {"2:店价"})
    assert sounds.heard("公私分明") == [] and sounds.heard("店价") == []


def test_a_question_by_voice_finds_its_policy(knowledge: Knowledge) -> None:
    hits = knowledge.library.index().search("维跃金一天收多少")
    assert "late-fee" in [hit.policy.id for hit in hits[:3]]
