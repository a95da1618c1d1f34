"""Charts as SVG: bars of use, and a waterfall from one bill to the next. Pure; no style sheet, no script, no library.

Each carries its title and a description that says the same in words, for those who cannot see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape

ZERO, TENTH = Decimal(0), Decimal("0.1")
WIDTH, MARGIN, ROW = Decimal(360), Decimal(12), Decimal(30)
TOP = Decimal(40)  # below the title
LABELS, VALUES = Decimal(100), Decimal(84)  # room left and right of the bars of a waterfall
BARS = Decimal(150)  # height of the highest bar of use
TICKS = 6  # about so many labels under the bars
LABEL, TICK = 15, 13  # sizes that can still be read where a phone shows the chart 330 wide
SMALL = Decimal("0.3")  # of the higher total: smaller differences are drawn on a cut axis, with a gap in the totals
INK, PAPER, TOTAL, MORE, LESS = "#1f2933", "#ffffff", "#52667a", "#c2410c", "#15803d"


@dataclass(frozen=True)
class Bar:
    label: str
    value: Decimal


def bars(title: str, description: str, points: Sequence[Bar]) -> str:
    """Vertical bars from zero, e.g. kWh by day; the highest says its value."""
    highest = max((bar.value for bar in points), default=ZERO)
    slot = (WIDTH - 2 * MARGIN) / max(len(points), 1)
    every = -(-len(points) // TICKS) or 1
    ground = TOP + 16 + BARS
    parts: list[str] = []
    for number, bar in enumerate(points):
        left = MARGIN + slot * number
        height = BARS * bar.value / highest if highest > 0 else ZERO
        parts.append(_rect(left + slot / 10, ground - height, slot * 8 / 10, height, TOTAL))
        if number % every == 0:
            parts.append(_text(left + slot / 2, ground + 16, bar.label, "middle", TICK))
        if highest > 0 and bar.value == highest and not any(point.value == highest for point in points[:number]):
            parts.append(_text(left + slot / 2, ground - height - 5, f"{bar.value.normalize():f}", "middle", TICK))
    return _svg(title, description, ground + 28, parts)


def waterfall(title: str, description: str, start: Bar, steps: Sequence[Bar], end: Bar) -> str:
    """Rows from the start through what is added (or taken off) to the end; amounts in yuan with cents."""
    spans = [(ZERO, start.value)]
    at = start.value
    for step in steps:
        spans.append((at, at + step.value))
        at += step.value
    spans.append((ZERO, end.value))
    low, high, cut = _axis(spans)
    scale = (WIDTH - 2 * MARGIN - LABELS - VALUES) / (high - low) if high > low else ZERO
    parts: list[str] = []
    for number, (bar, (one, other)) in enumerate(zip((start, *steps, end), spans, strict=True)):
        top, whole = TOP + ROW * number, number in (0, len(spans) - 1)
        begins = low if whole and cut else min(one, other)
        left, width = MARGIN + LABELS + (begins - low) * scale, (max(one, other) - begins) * scale
        colour = TOTAL if whole else MORE if bar.value > 0 else LESS
        parts.append(_text(MARGIN, top + 20, bar.label, "start", _fitting(bar.label)))
        parts.append(_rect(left, top + 6, max(width, Decimal(1)), ROW - 12, colour))
        if whole and cut:
            parts.append(_gap(left + 10, top + 6, ROW - 12))
        shown = f"{bar.value:.2f}" if whole else f"{bar.value:+.2f}"
        parts.append(_text(WIDTH - MARGIN, top + 19, shown, "end", LABEL))
    return _svg(title, description, TOP + ROW * len(spans) + MARGIN, parts)


def _axis(spans: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal, bool]:
    """Lowest and highest value shown, and whether the axis begins above zero for the differences to be seen."""
    low, high = min(min(span) for span in spans), max(max(span) for span in spans)
    lowest = min(*(min(span) for span in spans[1:-1]), spans[0][1], spans[-1][1]) if len(spans) > 2 else low
    differ = high - lowest
    cut = lowest > 0 and 0 < differ < high * SMALL
    return (lowest - differ / 2, high, True) if cut else (low, high, False)


def _fitting(label: str) -> int:
    """The size at which a label, of Chinese characters mostly, keeps to its room."""
    return max(11, min(LABEL, int(LABELS) // max(len(label), 1)))


def _gap(left: Decimal, top: Decimal, height: Decimal) -> str:
    """Says that a bar is longer than it is drawn."""
    a, b = _number(left), _number(left + 6)
    slant = f"M{a} {_number(top + height + 2)}L{b} {_number(top - 2)}"
    return f'<path d="{slant}" stroke="{PAPER}" stroke-width="5"/>'


def _svg(title: str, description: str, height: Decimal, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_number(height)}" width="{WIDTH}" '
        f'height="{_number(height)}" role="img" aria-labelledby="title desc" font-family="sans-serif">'
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>'
        f"{_text(MARGIN, Decimal(24), title, 'start', 15)}{''.join(parts)}</svg>"
    )


def _rect(left: Decimal, top: Decimal, width: Decimal, height: Decimal, colour: str) -> str:
    place = f'x="{_number(left)}" y="{_number(top)}" width="{_number(width)}" height="{_number(height)}"'
    return f'<rect {place} rx="2" fill="{colour}"/>'


def _text(left: Decimal, base: Decimal, words: str, anchor: str, size: int) -> str:
    place = f'x="{_number(left)}" y="{_number(base)}" text-anchor="{anchor}" font-size="{size}"'
    return f'<text {place} fill="{INK}">{escape(words)}</text>'


def _number(value: Decimal) -> str:
    return f"{value.quantize(TENTH, ROUND_HALF_UP).normalize():f}"
