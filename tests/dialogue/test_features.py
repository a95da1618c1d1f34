"""What the classifier sees of a message."""

import pytest

from bot.dialogue.components.features import trades


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("给我开一张加油的发票", {"vehicles", "vehicles_alone", "alone"}),
        ("自来水费和电费一起交吗", {"water", "water_with_ours", "with_ours"}),
        ("家里没电了", set()),
    ],
)
def test_the_trades_a_message_names(text: str, named: set[str]) -> None:
    assert set(trades(text)) == named
