"""Values in a message: numbers of five kinds, money, months, times, places, names, symptoms.

Spans are on the customer's own characters, values are normalised. A stretch of text is claimed once: what an earlier
reader has taken (an identity number, which is nobody's account) no later one looks at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.language import entity_numbers, entity_words
from bot.language.entity_numbers import Found
from bot.language.normalise import Normalised, normalise_with_map
from bot.language.periods import period_spans
from bot.language.times import time_spans


@dataclass(frozen=True)
class Entity:
    entity: str
    value: str
    start: int
    end: int


def find_entities(text: str) -> list[Entity]:
    """All values of the message in their order."""
    view = normalise_with_map(text)
    taken: list[Found] = []
    for reader in _READERS:
        for found in reader(view.text):
            if not _overlaps(found, taken):
                taken.append(found)
    kept = [found for found in taken if found.entity]
    return sorted((_on_original(found, view) for found in kept), key=lambda entity: (entity.start, entity.end))


def _on_original(found: Found, view: Normalised) -> Entity:
    start, end = view.original_span(found.start, found.end)
    return Entity(found.entity, found.value, start, end)


def _overlaps(found: Found, taken: list[Found]) -> bool:
    return any(found.start < other.end and other.start < found.end for other in taken)


def _periods(plain: str) -> Iterator[Found]:
    for start, end in period_spans(plain):
        yield Found("period", plain[start:end], start, end)


def _times(plain: str) -> Iterator[Found]:
    for start, end in time_spans(plain):
        yield Found("time_window", plain[start:end], start, end)


# Those that can be told by their shape alone first, plain digits last.
_READERS: tuple[Callable[[str], Iterator[Found]], ...] = (
    entity_numbers.private_numbers,
    entity_numbers.ticket_numbers,
    entity_numbers.phones,
    entity_numbers.named_numbers,
    entity_numbers.account_numbers,
    entity_numbers.codes,
    entity_numbers.capacities,
    entity_numbers.amounts,
    entity_words.addresses,
    _times,
    _periods,
    entity_numbers.meter_numbers,
    entity_words.names,
    entity_words.symptoms,
)
