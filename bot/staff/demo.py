"""The people of the demo, from `data/demo/staff.yml`. No passwords lie there or anywhere."""

from dataclasses import dataclass

import yaml

from bot.settings import ROOT

PEOPLE = ROOT / "data" / "demo" / "staff.yml"


@dataclass(frozen=True)
class DemoPerson:
    login: str
    name: str
    role: str


def demo_people() -> list[DemoPerson]:
    return [DemoPerson(**entry) for entry in yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))]
