"""Prices and step limits by name, for texts that quote them: `tariff.residential_steps.step1.price` → 0.56元.

Demonstration prices are left out: no text may quote them as a rule.
"""

from collections.abc import Sequence
from datetime import date

from bot.billing.tariffs import Step, Tariffs, TariffVersion


def tariff_figures(tariffs: Tariffs, day: date) -> dict[str, str]:
    """The figures in force on a day; yuan per kWh as 元, kWh a year as 度."""
    figures: dict[str, str] = {}
    for code, tariff in tariffs.by_code.items():
        version = tariff.on(day)
        if version.source.mark != "demo":
            figures |= {f"tariff.{code}.{name}": value for name, value in _of(version).items()}
    return figures


def _of(version: TariffVersion) -> dict[str, str]:
    adders = {adder.register_name: f"{abs(adder.price)}元" for adder in version.adders}
    return _ladder(version.steps, "") | _ladder(version.steps_household_of_many, "many.") | adders


def _ladder(steps: Sequence[Step], prefix: str) -> dict[str, str]:
    figures = {}
    for number, step in enumerate(steps, 1):
        figures[f"{prefix}step{number}.price"] = f"{step.price}元"
        if step.up_to is not None:
            figures[f"{prefix}step{number}.up_to"] = f"{step.up_to}度"
            figures[f"{prefix}step{number}.a_month"] = f"{step.up_to / 12:f}度"
    return figures
