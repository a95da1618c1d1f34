"""Reading facts out of what the customer writes: an answer to the open question, and facts nobody asked for."""

from bot.diagnosis.model import FaultModel, Finding
from bot.language import normalise, read_yes_no

UNKNOWN = "unknown"
SHORTEST_PART = 2
STOPS = "".join(sorted(set(" 。.!!,,")))


def volunteered(model: FaultModel, text: str) -> dict[str, str]:
    """Every finding of which the text names one answer, and only one."""
    said = normalise(text)
    found = {name: _named(finding, said) for name, finding in model.findings.items()}
    return {name: answer for name, answer in found.items() if answer is not None}


def read_answer(finding: Finding, text: str, unknown_words: list[str]) -> str | None:
    """Which answer the text gives to this question; UNKNOWN when they do not know, None when it cannot be read."""
    said = normalise(text)
    titled = next((name for name, answer in finding.answers.items() if normalise(answer.title) == said), None)
    if titled is not None:
        return titled
    if read_yes_no(text) == UNKNOWN:
        return UNKNOWN
    told = _named(finding, said, reply=True) or _short(finding, text) or _part(finding, said)
    return told or (UNKNOWN if _says(said, unknown_words) else None)


def _named(finding: Finding, said: str, *, reply: bool = False) -> str | None:
    """The answer whose words stand in the text; a word inside a longer one of another answer does not count."""
    spans = [
        (start, start + len(word), name)
        for name, answer in finding.answers.items()
        for word in map(normalise, [*answer.words, *(answer.replies if reply else [])])
        if (start := said.find(word)) >= 0
    ]
    longest = [s for s in spans if not any(_inside(s, other) for other in spans)]
    names = {name for _, _, name in longest}
    return names.pop() if len(names) == 1 else None


def _inside(span: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    shorter = span[1] - span[0] < other[1] - other[0]
    return shorter and span[0] < other[1] and other[0] < span[1]


def _short(finding: Finding, text: str) -> str | None:
    meant = read_yes_no(text)
    return next((name for name, answer in finding.answers.items() if meant and answer.means == meant), None)


def _part(finding: Finding, said: str) -> str | None:
    """The one answer whose title holds these words: "the black one", "closed" of "closed, not tripped"."""
    words = said.strip(STOPS)
    holding = [name for name, answer in finding.answers.items() if words in normalise(answer.title)]
    return holding[0] if len(words) >= SHORTEST_PART and len(holding) == 1 else None


def _says(said: str, words: list[str]) -> bool:
    return any(normalise(word) in said for word in words)
