"""Which parts a supply agreement needs, and which of them are not on file. Pure.

Parts (08-16, K): 产权分界示意图 and 电费结算协议 for everybody; 自备电源协议 where there is an own supply;
并网协议 where there is distributed generation; 安全协议 for high voltage and where there is an own supply.
"""

from bot.customers.tables import (
    BOUNDARY,
    INTERCONNECTION,
    OWN_GENERATION,
    SAFETY,
    SETTLEMENT,
    CustomerAccount,
    CustomerAgreement,
)

NONE, LOW = "none", "low"


def parts_needed(account: CustomerAccount) -> list[str]:
    own, distributed = account.own_generation != NONE, account.distributed != NONE
    wanted = {
        BOUNDARY: True,
        SETTLEMENT: True,
        OWN_GENERATION: own,
        INTERCONNECTION: distributed,
        SAFETY: account.voltage != LOW or own,
    }
    return [part for part, needed in wanted.items() if needed]


def parts_missing(account: CustomerAccount, agreement: CustomerAgreement) -> list[str]:
    return [part for part in parts_needed(account) if part not in agreement.parts]
