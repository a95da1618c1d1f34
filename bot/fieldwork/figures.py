"""Time limits by name, for texts that quote them: `level.arrive.urban.told` → 45分钟."""

from bot.fieldwork.levels import ServiceLevel, ServiceLevels, Times, Unit

UNITS: dict[Unit, str] = {"minute": "分钟", "hour": "小时", "working_day": "个工作日"}


def level_figures(levels: ServiceLevels) -> dict[str, str]:
    """What may be told and the legal limit of every level, with its unit. Internal targets are not among them."""
    figures: dict[str, str] = {}
    for name, level in levels.levels.items():
        for place, times in _places(level):
            for what, length in (("told", times.told), ("limit", times.legal_limit)):
                if length is not None:
                    figures[f"level.{name}{place}.{what}"] = f"{length}{UNITS[level.unit]}"
    return figures


def _places(level: ServiceLevel) -> list[tuple[str, Times]]:
    if level.everywhere is not None:
        return [("", level.everywhere)]
    return [(f".{area}", times) for area, times in level.by_area.items()]
