"""Where actions find what bootstrap plugged together. The process that serves the actions puts it here at its start."""

from bot.bootstrap import House

_house: House | None = None


def use(house: House) -> None:
    global _house
    _house = house


def house() -> House:
    if _house is None:
        raise RuntimeError("actions are served without a house: call actions.house.use() first")
    return _house
