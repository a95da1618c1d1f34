"""Reading what customers write: pure functions, shared by both environments, that import no other room."""

from bot.language.hazard import HazardAssessment, assess
from bot.language.normalise import Normalised, normalise, normalise_with_map, sanitise_command

__all__ = ["HazardAssessment", "Normalised", "assess", "normalise", "normalise_with_map", "sanitise_command"]
