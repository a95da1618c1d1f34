"""What customers are told of the supplier's own numbers and links: what is filled in, and that the rest is not."""

from bot.clock import FixedClock
from bot.replies.render import Renderer
from bot.supplier import FOLDER, Supplier, load_supplier


def beware(supplier: Supplier, clock: FixedClock) -> str:
    words = Renderer(lambda: supplier, clock)._environment.get_template("_billing.j2").module
    return str(words.beware(supplier))  # type: ignore[attr-defined]


def test_a_doubtful_message_is_compared_with_our_own_numbers(demo: Supplier, clock: FixedClock) -> None:
    told = beware(demo, clock)
    assert told.startswith("我们发短信只用 106900000000,公众号只有“掌灯示范供电”;")
    assert "我们发的链接只有 lamplighter-demo.example。" in told


def test_numbers_nobody_has_filled_in_are_said_so(clock: FixedClock) -> None:
    told = beware(load_supplier((FOLDER,)), clock)
    assert told.startswith("我们发短信的号码供电公司还没有填写,拿不准请打 95598;")
    assert "打 110" in told and "None" not in told
