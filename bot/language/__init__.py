"""Reading what customers write: pure functions, shared by both environments, that import no other room."""

from bot.language.answers import YesNo, read_ordinal, read_yes_no
from bot.language.entities import Entity, find_entities
from bot.language.hazard import HazardAssessment, assess
from bot.language.normalise import Normalised, normalise, normalise_with_map, sanitise_command
from bot.language.numbers import read_digits, read_number
from bot.language.periods import Period, read_period
from bot.language.safety import SafetyText, load_safety
from bot.language.times import TimeWindow, read_time_window

__all__ = [
    "Entity",
    "HazardAssessment",
    "Normalised",
    "Period",
    "SafetyText",
    "TimeWindow",
    "YesNo",
    "assess",
    "find_entities",
    "load_safety",
    "normalise",
    "normalise_with_map",
    "read_digits",
    "read_number",
    "read_ordinal",
    "read_period",
    "read_time_window",
    "read_yes_no",
    "sanitise_command",
]
