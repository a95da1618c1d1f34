"""Charts are sound SVG, say in words what they show, and hold whatever is put into them."""

import xml.etree.ElementTree as ET
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.billing import Billing
from bot.billing.charts import Bar, bars, waterfall
from bot.billing.pictures import bill_waterfall, chart_key, use_by_day, use_by_month
from bot.identity import Identity
from tests.demo_data import Phones, prove

SVG = "{http://www.w3.org/2000/svg}"
YUAN = st.decimals(min_value=-5000, max_value=5000, places=2)
KWH = st.decimals(min_value=0, max_value=5000, places=2)


def rects(svg: str) -> list[dict[str, str]]:
    return [rect.attrib for rect in ET.fromstring(svg).iter(f"{SVG}rect")][1:]  # the first is the paper


@given(points=st.lists(KWH, max_size=40))
def test_bars_are_as_high_as_their_values(points: list[Decimal]) -> None:
    drawn = rects(bars("题", "述", [Bar(str(n), value) for n, value in enumerate(points)]))
    heights = [float(rect["height"]) for rect in drawn]
    assert len(heights) == len(points)
    assert all(0 <= height <= 150 for height in heights)
    highest = max(points, default=Decimal(0))
    if highest > 0:
        assert heights[points.index(highest)] == 150


@given(start=KWH, steps=st.lists(YUAN, max_size=9))
def test_a_waterfall_stays_on_the_paper_and_ends_at_its_end(start: Decimal, steps: list[Decimal]) -> None:
    end = start + sum(steps)
    svg = waterfall("题", "述", Bar("前", start), [Bar("项", step) for step in steps], Bar("后", end))
    drawn = rects(svg)
    assert len(drawn) == len(steps) + 2
    for rect in drawn:
        assert float(rect["x"]) >= 12 and float(rect["x"]) + float(rect["width"]) <= 360
    assert f"{end:.2f}" in svg


def test_a_small_difference_between_large_bills_can_be_seen() -> None:
    steps = [Bar("天数", Decimal("1433.73")), Bar("力调电费", Decimal("-47.39"))]
    svg = waterfall("题", "述", Bar("9月", Decimal("54641.02")), steps, Bar("10月", Decimal("56027.36")))
    drawn = rects(svg)
    assert float(drawn[1]["width"]) > 60 and float(drawn[0]["width"]) < float(drawn[3]["width"])
    assert svg.count("<path") == 2  # both totals say that they are cut
    plain = waterfall(
        "题", "述", Bar("9月", Decimal("60.75")), [Bar("天数", Decimal("66.82"))], Bar("10月", Decimal("127.57"))
    )
    assert "<path" not in plain


def test_words_are_escaped() -> None:
    svg = waterfall("<b>&", '"', Bar("<script>", Decimal(1)), [], Bar("b", Decimal(1)))
    assert "<script>" not in svg and ET.fromstring(svg).find(f"{SVG}title").text == "<b>&"  # type: ignore[union-attr]


def test_the_words_beside_a_chart_name_every_figure_in_it(billing: Billing, identity: Identity, phones: Phones) -> None:
    proof = prove(identity, phones, "4100000074")
    told = billing.explain_high(proof)
    assert told is not None
    picture = bill_waterfall(told.before)
    assert all(f"{effect.amount:+.2f}" in picture.alt for effect in told.before.effects)
    assert str(told.before.newest.amount) in picture.alt
    assert picture.points[0].value + sum(p.value for p in picture.points[1:-1]) == picture.points[-1].value
    usage = billing.usage(proof)
    days, months = use_by_day(usage), use_by_month(usage)
    assert days is not None and months is not None
    assert len(days.points) == len(usage.days) and len(months.points) == 6
    assert months.title in months.svg() and months.alt in months.svg()


def test_a_key_tells_nothing_and_belongs_to_one_conversation() -> None:
    assert chart_key("a", "4100000017") != chart_key("b", "4100000017")
    assert "4100000017" not in chart_key("a", "4100000017")
