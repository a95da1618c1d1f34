"""The axes accounts are classed by, each with the values it may take. No axis says anything about another."""

from bot.customers.tables import CustomerAccount

AXES: dict[str, frozenset[str]] = {
    "customer_class": frozenset({"residential", "commercial", "industrial", "agricultural"}),
    "area": frozenset({"urban", "rural", "remote"}),
    "supply_channel": frozenset({"protected", "agency", "market", "wholesale", "resale"}),
    "settlement_mode": frozenset({"postpaid", "prepaid_remote", "prepaid_card", "instalment"}),
    "tariff_class": frozenset({"residential", "commercial_industrial", "agricultural"}),
    "tariff_form": frozenset({"single", "steps", "time_of_use", "two_part"}),
    "voltage": frozenset({"low", "10kV", "35kV", "110kV"}),
    "supply_form": frozenset({"dedicated_line", "dedicated_transformer", "public_transformer"}),
    "load_class": frozenset({"1", "2", "3"}),
    "critical_grade": frozenset({"special", "first", "second", "temporary", "none"}),
    "own_generation": frozenset({"none", "generator", "generator_with_interlock"}),
    "distributed": frozenset({"none", "solar", "wind", "storage"}),
    "special_care": frozenset(
        {"life_support", "alone", "aged", "disabled", "low_income", "five_guarantees", "many_persons"}
    ),
}
Axes = dict[str, frozenset[str]]


def axes_of(account: CustomerAccount) -> Axes:
    """Where an account stands on each axis: one value, or, of special care, any number."""
    values = {name: frozenset({str(getattr(account, name))}) for name in AXES if name != "special_care"}
    return values | {"special_care": frozenset(account.special_care)}


def unknown_values(axes: Axes) -> list[str]:
    """Names and values that no axis knows, as `axis=value`."""
    return sorted(
        f"{name}={value}" for name, values in axes.items() for value in values if value not in AXES.get(name, ())
    )
