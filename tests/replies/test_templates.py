"""Every kind of card can be said on every channel, and no template is left over."""

from pathlib import Path

import pytest

from bot.replies.cards import card_kinds
from bot.replies.render import CHANNELS, TEMPLATES


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("kind", card_kinds())
def test_every_kind_has_a_template_for_every_channel(kind: str, channel: str) -> None:
    assert (TEMPLATES / channel / f"{kind}.j2").exists()


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_template_belongs_to_a_kind(channel: str) -> None:
    files = {path.stem for path in Path(TEMPLATES / channel).glob("*.j2") if not path.stem.startswith("_")}
    assert files <= set(card_kinds())
