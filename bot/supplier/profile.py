"""The supplier's profile, typed and validated."""

from datetime import time
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import ConfigurationError
from bot.settings import ROOT

PROFILE = ROOT / "data" / "supplier" / "profile.yml"


class Office(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    address: str | None = None
    phone: str | None = None
    opens: time | None = None
    closes: time | None = None


class Supplier(BaseModel):
    """What is None has not been filled in by the supplier yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    short_name: str
    region: str
    hotline: str
    regulator_hotline: str
    city_hotline: str
    cashier_link: str | None = None
    domain: str | None = None
    notify_from: str | None = None
    sms_signature: str
    offices: list[Office] = []

    def unfilled(self) -> list[str]:
        """Names of the fields that still wait for the supplier."""
        missing = [name for name in ("cashier_link", "domain", "notify_from") if getattr(self, name) is None]
        if not self.offices:
            missing.append("offices")
        for office in self.offices:
            missing += [f"offices.{office.name}.{f}" for f, v in office.model_dump().items() if v is None]
        return missing


def load_supplier(path: Path = PROFILE) -> Supplier:
    try:
        return Supplier.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(f"{path.name} 有误:{error}") from error
