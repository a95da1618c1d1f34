"""The kinds of lines a bill is made of. What explains a line to a customer is found by its kind."""

from enum import StrEnum


class LineKind(StrEnum):
    STEP = "step"  # 阶梯电量电费
    TIME_OF_USE = "time_of_use"  # 居民峰谷加减价
    ENERGY = "energy"  # 电量电费, one line a register where the price floats with the time
    ALLOWANCE = "allowance"  # 低保、五保免费电量
    FUND = "fund"  # 政府性基金及附加 and other parts that do not float
    CAPACITY = "capacity"  # 容量电费
    DEMAND = "demand"  # 需量电费
    POWER_FACTOR = "power_factor"  # 功率因数调整电费
    REFUND = "refund"  # 退补
    LATE_FEE = "late_fee"  # 违约金
    EXPORT = "export"  # 上网电费, paid to the customer


ENERGY_KINDS = frozenset({LineKind.STEP, LineKind.TIME_OF_USE, LineKind.ENERGY, LineKind.ALLOWANCE})
PER_KWH_KINDS = frozenset({LineKind.STEP, LineKind.TIME_OF_USE, LineKind.ENERGY, LineKind.FUND})
BASIC_KINDS = frozenset({LineKind.CAPACITY, LineKind.DEMAND})
NOT_ADJUSTED_KINDS = frozenset({LineKind.FUND})
