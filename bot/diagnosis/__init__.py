"""Finding out what is wrong: fault models a line engineer can read, and the engine that asks by them."""

from bot.diagnosis.model import FaultModel, load_fault_models
from bot.diagnosis.service import Case, Conclusion, Diagnosis, Question

__all__ = ["Case", "Conclusion", "Diagnosis", "FaultModel", "Question", "load_fault_models"]
