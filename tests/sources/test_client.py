"""The client tries again where that can help, gives up in time, and leaves a service alone that is down."""

from decimal import Decimal

import pytest

from bot.clock import FixedClock
from bot.errors import NotFound, Unavailable
from bot.sources import ServiceClient
from bot.sources import client as sources_client
from tests.sources.conftest import DRIP, HANG, KEY, Service


def test_recorded_answers_are_read(client: ServiceClient, service: Service) -> None:
    (account,) = client.accounts("13900440017").accounts
    books = client.books(account.account_no)
    assert (account.holder, [bill.amount for bill in books.bills]) == ("冯晓", [Decimal("84.00"), Decimal("67.20")])
    assert service.asked == ["/accounts?number=13900440017", "/accounts/4400000017/books"]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_tried_again_with_pauses(
    client: ServiceClient, service: Service, pauses: list[float], status: int
) -> None:
    service.plan = [status, status]
    assert client.books("4400000017").bills
    assert (len(service.asked), pauses) == (3, [0.2, 0.6])


@pytest.mark.parametrize("answer", [400, 401, 403, 500, 302, "not json", "{}", '{"accounts": [{"account_no": "1"}]}'])
def test_what_will_not_pass_is_asked_once(
    client: ServiceClient, service: Service, pauses: list[float], answer: int | str
) -> None:
    service.plan = [answer]
    with pytest.raises(Unavailable):
        client.accounts("13900440017")
    assert (len(service.asked), pauses) == (1, [])


def test_an_unknown_account_is_not_a_failure(client: ServiceClient, service: Service) -> None:
    service.plan = [404]
    with pytest.raises(NotFound):
        client.books("4400000017")


def test_an_answer_that_does_not_come_is_given_up(client: ServiceClient, service: Service) -> None:
    service.plan = [HANG, HANG, HANG]
    with pytest.raises(Unavailable) as told:
        client.books("4400000017")
    assert told.value.detail == "ReadTimeout" and not told.value.permanent


def test_an_answer_that_only_drips_is_given_up(client: ServiceClient, service: Service) -> None:
    service.plan = [DRIP] * 3
    with pytest.raises(Unavailable) as told:
        client.books("4400000017")
    assert (told.value.detail, len(service.asked)) == ("ReadTimeout", 3)


def test_an_answer_without_end_is_given_up(
    client: ServiceClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_client, "MOST_BYTES", 100)
    with pytest.raises(Unavailable):
        client.books("4400000017")


def test_nobody_there(clock: FixedClock, service: Service, pauses: list[float]) -> None:
    service.stop()
    with pytest.raises(Unavailable):
        ServiceClient(service.url, KEY, 0.5, clock, pauses.append).books("4400000017")
    assert len(pauses) == 2


def test_a_service_that_is_down_is_left_alone_for_a_while(
    client: ServiceClient, service: Service, clock: FixedClock
) -> None:
    service.plan = [500] * 6
    for _ in range(5):
        with pytest.raises(Unavailable):
            client.books("4400000017")
    assert len(service.asked) == 5
    with pytest.raises(Unavailable) as told:
        client.books("4400000017")
    assert (told.value.detail, len(service.asked)) == ("circuit open", 5)
    clock.advance(seconds=30)
    for _ in range(2):
        with pytest.raises(Unavailable):
            client.books("4400000017")
    assert len(service.asked) == 6, "one call tries the way, the other waits again"
    clock.advance(seconds=30)
    assert client.books("4400000017").bills and client.books("4400000017").bills


def test_the_key_is_sent_and_never_told(service: Service, clock: FixedClock, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unavailable) as told:
        ServiceClient(service.url, "a wrong key", 0.5, clock).accounts("13900440017")
    said = str(told.value) + told.value.detail + "".join(capfd.readouterr())
    assert "401" in told.value.detail and "wrong key" not in said and "13900440017" not in said
