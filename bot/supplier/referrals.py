"""Whose matter it is when it is not ours: one sentence each instead of a bare no."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.errors import ConfigurationError
from bot.language import normalise
from bot.settings import ROOT

FILE = ROOT / "data" / "referrals.yml"


class Referral(BaseModel):
    """`words` are what customers write; the first referral with one of them answers.

    `{phone}` in the sentence is the local number; a referral that has the field and no number waits for one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    words: tuple[str, ...]
    sentence: str
    phone: str | None = None

    @property
    def unfilled(self) -> bool:
        return "phone" in self.model_fields_set and self.phone is None

    def told(self) -> str:
        return self.sentence.replace("{phone}", f"({self.phone})" if self.phone else "")


class Referrals:
    def __init__(self, referrals: tuple[Referral, ...]) -> None:
        self._referrals = referrals

    def find(self, text: str) -> str | None:
        """The sentence that says whom to turn to, or None where that is not known."""
        said = normalise(text)
        return next((r.told() for r in self._referrals if any(normalise(w) in said for w in r.words)), None)

    def unfilled(self) -> list[str]:
        """Whose numbers nobody has written down yet."""
        return [referral.id for referral in self._referrals if referral.unfilled]


def load_referrals(path: Path = FILE) -> Referrals:
    try:
        rows = TypeAdapter(tuple[Referral, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error
    return Referrals(rows)
