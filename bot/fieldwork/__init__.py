"""Field service: tickets of every kind, their promises, the danger ticket."""

from bot.fieldwork.alarm_texts import AlarmTexts
from bot.fieldwork.demo import seed_tickets
from bot.fieldwork.figures import level_figures
from bot.fieldwork.hazard_desk import HazardDesk, safety_card
from bot.fieldwork.levels import PromisePart, ServiceLevels, load_service_levels
from bot.fieldwork.opening import NewTicket
from bot.fieldwork.promises import public_promises
from bot.fieldwork.service import Fieldwork
from bot.fieldwork.tables import TroubleTicket

__all__ = [
    "AlarmTexts",
    "Fieldwork",
    "HazardDesk",
    "NewTicket",
    "PromisePart",
    "ServiceLevels",
    "TroubleTicket",
    "level_figures",
    "load_service_levels",
    "public_promises",
    "safety_card",
    "seed_tickets",
]
