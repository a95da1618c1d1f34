"""The network from substation to usage point, and how each point is supplied."""

from datetime import date
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, energy

MAIN, BACKUP, OWN = "main", "backup", "own"
SUPPLIER, CUSTOMER, PROPERTY = "supplier", "customer", "property"


class NetworkNode(Base):
    """One piece of the network: 变电站, 10 kV 线路, 分段或支线, 台区, 低压出线, 表箱.

    level: substation, feeder, section, transformer, branch, box
    A transformer is public (公变) or dedicated (专变) and has an owner: supplier, customer or property (物业);
    `serves` names the villages and estates behind it where no account does.
    """

    __tablename__ = "network_nodes"

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    name: Mapped[str]
    parent: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str | None]
    owner: Mapped[str] = mapped_column(default=SUPPLIER)
    owner_name: Mapped[str | None]
    owner_phone: Mapped[str | None]
    capacity_kva: Mapped[Decimal | None] = mapped_column(energy())
    manager: Mapped[str | None]
    manager_phone: Mapped[str | None]
    serves: Mapped[list[str]] = mapped_column(JSON, default=list)


class UsagePoint(Base):
    """Where an account's energy is delivered and measured, and on which phase."""

    __tablename__ = "usage_points"

    code: Mapped[str] = mapped_column(primary_key=True)
    account_no: Mapped[str] = mapped_column(ForeignKey("customer_accounts.account_no"), index=True)
    phase: Mapped[str] = mapped_column(default="ABC")


class SupplyPoint(Base):
    """One way a usage point is supplied: main (主供), backup (备供) or own (自备).

    The first two carry the whole path of network codes above them; an own supply has none, but a power (kW), whether
    an interlock keeps it off the network, and when that was last checked.
    """

    __tablename__ = "supply_points"

    code: Mapped[str] = mapped_column(primary_key=True)
    usage_point: Mapped[str] = mapped_column(ForeignKey("usage_points.code"), index=True)
    role: Mapped[str] = mapped_column(default=MAIN)
    substation: Mapped[str | None]
    feeder: Mapped[str | None] = mapped_column(index=True)
    section: Mapped[str | None]
    transformer: Mapped[str | None] = mapped_column(index=True)
    branch: Mapped[str | None]
    box: Mapped[str | None] = mapped_column(index=True)
    power_kw: Mapped[Decimal | None] = mapped_column(energy())
    interlock: Mapped[bool | None]
    checked_on: Mapped[date | None]
