"""Field service: tickets of every kind, each with a number, a state and an honest time."""

from bot.fieldwork.promises import Promise, ServiceLevels, load_service_levels
from bot.fieldwork.service import Fieldwork, NewTicket, TicketView

__all__ = ["Fieldwork", "NewTicket", "Promise", "ServiceLevels", "TicketView", "load_service_levels"]
