"""What a check answers: one thing that does not look right, with the key that makes it the same every night."""

from dataclasses import dataclass, field
from typing import Any

IN_SERVICE, CLOSED = "in_service", "closed"


@dataclass(frozen=True)
class Finding:
    """`distinct` tells two findings of one kind about one subject apart: a period, a value, a date."""

    kind: str
    account_no: str
    subject: str
    distinct: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}:{self.distinct}"
