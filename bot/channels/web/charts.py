"""Charts of an account for the page: drawn when fetched, for the conversation that has proved the account just then."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from bot.billing import Billing
from bot.billing.pictures import CHARTS, ChartKind, Picture, bill_waterfall, chart_key, use_by_day, use_by_month
from bot.channels.web.session import WebSessions
from bot.errors import NotAllowed, NotFound
from bot.identity import Identity, VerifiedAccount
from bot.language.periods import months_before

MEDIA_TYPE = "image/svg+xml"
# What a proof opens is never kept: neither by the browser nor on the way.
HEADERS = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
Month = Annotated[str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]


@dataclass(frozen=True)
class Wanted:
    """A kind of chart: of the bill of `last`, of the use from `first` to `last`, or of the newest without them."""

    kind: ChartKind
    first: date | None
    last: date | None


def router(identity: Identity, billing: Billing, sessions: WebSessions) -> APIRouter:
    api = APIRouter(prefix=CHARTS)

    @api.get("/{key}/{kind}")
    async def show(request: Request, key: str, kind: ChartKind, first: Month = None, last: Month = None) -> Response:
        conversation_id = sessions.require(request)
        wanted = Wanted(kind, _month(first), _month(last))
        svg = await to_thread.run_sync(_draw, identity, billing, conversation_id, key, wanted)
        return Response(svg, media_type=MEDIA_TYPE, headers=HEADERS)

    return api


def _month(written: str | None) -> date | None:
    return date.fromisoformat(f"{written}-01") if written else None


def _draw(identity: Identity, billing: Billing, conversation_id: str, key: str, wanted: Wanted) -> str:
    picture = _picture(billing, _proof(identity, conversation_id, key), wanted)
    if picture is None:
        raise NotFound("没有这张图")
    return picture.svg()


def _proof(identity: Identity, conversation_id: str, key: str) -> VerifiedAccount:
    """The proof of the account behind the key, if this conversation holds one now."""
    accounts = identity.accounts_proved(conversation_id)
    account_no = next((each for each in accounts if chart_key(conversation_id, each) == key), None)
    if account_no is None:
        raise NotAllowed("需要先验证身份", code="not_verified")
    return identity.access_account(conversation_id, account_no)


def _picture(billing: Billing, proof: VerifiedAccount, wanted: Wanted) -> Picture | None:
    if wanted.kind is ChartKind.WATERFALL:
        told = billing.explain_high(proof, wanted.last)
        return bill_waterfall(told.before) if told else None
    if wanted.first and wanted.last:
        usage = billing.usage_between(proof, wanted.first, months_before(wanted.last, -1) - timedelta(days=1))
    else:
        usage = billing.usage(proof)
    return use_by_day(usage) if wanted.kind is ChartKind.DAYS else use_by_month(usage)
