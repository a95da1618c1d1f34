"""What customers are told of the supplier's own numbers and links: what is filled in, and that the rest is not."""

from bot.clock import FixedClock
from bot.replies.render import Renderer
from bot.supplier import FOLDER, Supplier, load_supplier


def beware(supplier: Supplier, clock: FixedClock) -> str:
    words = Renderer(lambda: supplier, clock)._environment.get_template("_billing.j2").module
    return str(words.beware(supplier))  # type: ignore[attr-defined]


def test_a_doubtful_message_is_compared_with_our_own_numbers(demo: Supplier, clock: FixedClock) -> None:
    told = beware(demo, clock)
    assert told.startswith("我们只用 106900000000 和公众号“掌灯示范供电” 通知,链接只有 lamplighter-demo.example。")


def test_numbers_nobody_has_filled_in_are_said_so(clock: FixedClock) -> None:
    told = beware(load_supplier((FOLDER,)), clock)
    assert "还没有填写,拿不准请打 95598" in told
    assert "打 110" in told and "None" not in told
