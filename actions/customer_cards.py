"""From an account's file and its classes to the cards they are told with."""

from decimal import ROUND_HALF_UP, Decimal

from actions.house import house
from actions.options import option
from bot.customers.trend import Trend
from bot.identity import VerifiedAccount
from bot.identity.file import AccountFile as Record
from bot.replies.cards.customers import (
    AccountFile,
    AgreementItem,
    ClassItem,
    ContactItem,
    MeterItem,
    ServiceItem,
    ServiceOfferCard,
    TrendItem,
)
from bot.replies.cards.fieldwork import PromiseItem

TAIL = 4
PERCENT = Decimal(100)


def file_card(proof: VerifiedAccount, record: Record) -> AccountFile:
    account = record.account
    tariff_name, unverified = house().billing.tariff(proof)
    return AccountFile(
        account_no=account.account_no,
        former_numbers=list(record.former_numbers),
        holder=account.holder,
        address=record.location.address if record.location else "",
        station=record.location.station if record.location else "",
        in_service=account.state == "in_service",
        classes=ClassItem.model_validate(account),
        supplies=[supply.role for supply in record.supplies],
        tariff_name=tariff_name,
        unverified_tariff=unverified,
        household_of_many_until=account.household_of_many_until,
        allowance_kwh=account.allowance_kwh,
        capacity_kva=account.capacity_kva,
        meters=[
            MeterItem(meter_no=m.meter_no, multiplier=m.multiplier, since=m.installed_on, exchanged=record.exchanged(m))
            for m in record.meters
        ],
        contacts=[ContactItem(tail=c.phone[-TAIL:], role=c.role) for c in record.contacts],
        let_in=record.let_in,
        agreement=_agreement(record),
        options=[option("my_services", "check_account"), option("human", "request_human")],
    )


def _agreement(record: Record) -> AgreementItem | None:
    agreement = record.agreement
    if agreement is None:
        return None
    return AgreementItem(
        no=agreement.agreement_no,
        kind=agreement.kind,
        draft=agreement.state == "draft",
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        auto_renewal=agreement.auto_renewal,
        missing=list(record.missing),
    )


def offer_card(proof: VerifiedAccount) -> ServiceOfferCard:
    """What this customer may count on; times are those of the service levels, said as tickets say them."""
    axes, matrix = house().identity.axes(proof), house().service_matrix
    offer = matrix.offer(axes)
    (area,) = axes["area"]
    promises = {kind: house().fieldwork.promise(kind, area) for kind in offer.times}  # type: ignore[arg-type]
    return ServiceOfferCard(
        titles=offer.titles,
        planned_days=offer.notice.planned_days,
        temporary_hours=offer.notice.temporary_hours,
        media=list(offer.notice.media),
        times={
            house().fieldwork.levels.kind(kind).title: [PromiseItem.model_validate(part) for part in parts]
            for kind, parts in promises.items()
        },
        inspected=offer.inspected,
        inspection_months=offer.inspection_months,
        has_manager=offer.account_manager,
        manager=house().identity.manager(proof) if offer.account_manager else None,
        services=[ServiceItem(text=s.text, source=s.source, unverified=s.mark != "verified") for s in offer.services],
        trend=_trend(proof),
        options=[option("human", "request_human")],
    )


def _trend(proof: VerifiedAccount) -> TrendItem | None:
    """A year of use is told to whom use may be told; growth only where it is enough to speak of."""
    found = house().identity.trend(proof)
    if found is None:
        return None
    trend, account = found
    growth = house().service_matrix.growth
    load = trend.load_share(account.capacity_kva)
    return TrendItem(
        kwh=trend.kwh,
        to=trend.to,
        band=house().service_matrix.band(account.tariff_class, trend.kwh),
        grew_percent=_percent(_beyond(trend, growth.grew_by)),
        load_percent=_percent(load if load is not None and load >= growth.load_share else None),
    )


def _beyond(trend: Trend, limit: Decimal) -> Decimal | None:
    return trend.grew_by if trend.grew_by is not None and trend.grew_by >= limit else None


def _percent(share: Decimal | None) -> int | None:
    return int((share * PERCENT).quantize(Decimal(1), ROUND_HALF_UP)) if share is not None else None
