"""Where somebody is on the network, from an account number or from the name of a village, an estate, a road."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.clock import Clock
from bot.customers import Customers
from bot.customers.network import OWN, SUPPLIER, SupplyPoint
from bot.customers.tables import CustomerAccount, ServiceLocation
from bot.errors import NotFound
from bot.language import normalise
from bot.storage.engine import Database

SUFFIXES = ("社区", "村")
SHORTEST = 2


@dataclass(frozen=True)
class NetworkPlace:
    """One supply point with everything above it, the nearest piece first. A village has no path of its own."""

    area: str | None
    village: str
    account_no: str | None = None
    path: tuple[str, ...] = ()
    box: str | None = None
    transformer: str | None = None
    own_transformer: bool = False
    other_supply: bool = False


class Places:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._customers = Customers(db, clock)

    def of_account(self, number: str) -> list[NetworkPlace]:
        """The supply points of an account, former number or meter number; empty when nobody has it."""
        account_no = self._customers.account_of(number)
        if account_no is None:
            return []
        try:
            account = self._customers.account(account_no)
        except NotFound:
            return []
        location = self._customers.location(account_no)
        points = [point for point in self._customers.supply_points(account_no) if point.role != OWN]
        village = location.village if location else ""
        dual = len(points) > 1
        return [self._place(account_no, account.area, village, point, dual) for point in points]

    def named(self, text: str) -> NetworkPlace | None:
        """The village or estate a text names, the longest name first; only its area is known of it."""
        said = normalise(text)
        for village, area in sorted(self._villages().items(), key=lambda pair: -len(pair[0])):
            if any(word in said for word in _spoken(village)):
                return NetworkPlace(area=area, village=village)
        return None

    def find(self, text: str) -> NetworkPlace | None:
        """By number if the text is one, else by name."""
        places = self.of_account(text.strip())
        return places[0] if places else self.named(text)

    def _villages(self) -> dict[str, str]:
        query = select(ServiceLocation.village, CustomerAccount.area).join(
            CustomerAccount, CustomerAccount.account_no == ServiceLocation.account_no
        )
        with self._db.read() as session:
            return {village: area for village, area in session.execute(query.distinct())}

    def _place(self, account_no: str, area: str, village: str, point: SupplyPoint, dual: bool) -> NetworkPlace:
        levels = (
            point.usage_point,
            point.box,
            point.branch,
            point.transformer,
            point.section,
            point.feeder,
            point.substation,
        )
        transformer = self._customers.node(point.transformer or "")
        return NetworkPlace(
            area=area,
            village=village,
            account_no=account_no,
            path=tuple(code for code in levels if code),
            box=point.box,
            transformer=point.transformer,
            other_supply=dual,
            own_transformer=transformer is not None and transformer.owner != SUPPLIER,
        )


def _spoken(village: str) -> list[str]:
    """前庄村 is also called 前庄; a name of one character would be found everywhere."""
    short = next((village[: -len(end)] for end in SUFFIXES if village.endswith(end)), village)
    return [normalise(word) for word in {village, short} if len(word) >= SHORTEST]
