"""The states of a conversation and what moves it between them. Pure: which state it is in now is ownership's business.

        request_human            claim
  bot ────────────────▶ queued ────────▶ agent ◀─┐ pass_on
   ▲ ▲                  ▲  ▲ agent_lost │ │ │ └──┘
   │ │                  │  └─ requeue ──┘ │ │ close
   │ └──────────────────┼────── give_back ┘ ▼
   └─────── reopen ─────┼────────────── closed ◀── close ── bot
                        └─ request_human ─┘

Nobody can close a conversation that waits for a person, and time alone never moves one in a circle: what a time-out
may do (agent_lost, close) leads to a state that only a person or the customer leaves.
"""

from typing import Literal

BOT, QUEUED, AGENT, CLOSED = "bot", "queued", "agent", "closed"
STATES = (BOT, QUEUED, AGENT, CLOSED)
Step = Literal["request_human", "claim", "pass_on", "requeue", "give_back", "agent_lost", "close", "reopen"]

STEPS: dict[Step, tuple[tuple[str, ...], str]] = {
    "request_human": ((BOT, CLOSED), QUEUED),
    "claim": ((QUEUED,), AGENT),
    "pass_on": ((AGENT,), AGENT),
    "requeue": ((AGENT,), QUEUED),
    "give_back": ((AGENT,), BOT),
    "agent_lost": ((AGENT,), QUEUED),
    "close": ((BOT, AGENT), CLOSED),
    "reopen": ((CLOSED,), BOT),
}


def after(state: str, step: Step) -> str | None:
    """The state a step leads to; None where it cannot be taken."""
    before, to = STEPS[step]
    return to if state in before else None
