"""What the hazard guard talks to: the ticket first, then the safety words that name it."""

from bot.fieldwork.service import Fieldwork
from bot.language import HazardAssessment, load_safety
from bot.replies.cards.safety import Hazard

# Danger that was understood, and not which: "keep away, do not touch" holds for every kind.
UNKNOWN = "unknown"
NEAREST = "wire_down"


class HazardDesk:
    def __init__(self, fieldwork: Fieldwork) -> None:
        self._fieldwork = fieldwork

    def report(self, conversation_id: str, message_id: str, text: str, assessment: HazardAssessment) -> Hazard:
        """Stores the ticket (once per message id) and answers with the safety card that names it."""
        kind = assessment.kind or UNKNOWN
        ticket = self._fieldwork.open_hazard_ticket(conversation_id, kind, assessment.flags, text, message_id)
        return safety_card(kind, ticket.no)


def safety_card(kind: str, ticket_no: str) -> Hazard:
    """The words of `data/safety` for one danger, verbatim; of the unknown one those that hold for all."""
    words = load_safety()[NEAREST if kind == UNKNOWN else kind]
    return Hazard(
        danger=kind,
        first=dict(words.text),
        then="" if kind == UNKNOWN else words.then,
        close=words.closing(ticket_no),
        ticket_no=ticket_no,
    )
