"""What many do at the same moment, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.billing import Billing, load_tariffs
from bot.billing.demo import seed
from bot.clock import FixedClock
from bot.errors import RateLimited
from bot.identity import Identity
from bot.settings import Settings
from bot.storage.engine import Database
from bot.supplier.climate import load_climate
from tests.demo_data import SECRET, Phones, prove

WANG, WANG_PHONE = "4100000017", "13800000017"


@pytest.fixture
def at_home(any_db: Database, clock: FixedClock, phones: Phones) -> Identity:
    seed(any_db, clock)
    return Identity(any_db, clock, Settings(), phones, SECRET)


def test_codes_are_counted_and_used_once_whoever_is_first(at_home: Identity, phones: Phones) -> None:
    def ask(n: int) -> bool:
        try:
            at_home.request_code(f"c{n}", WANG, f"m{n}:code")
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(ask, range(10)))
        assert asked.count(True) == len(phones.sent) == 3
        conversation = f"c{asked.index(True)}"
        code = next(text for to, text in phones.sent)[4:10]
        guess = f"{(int(code) + 1) % 10**6:06d}"
        tried = list(pool.map(lambda n: at_home.check_code(conversation, guess, f"t{n}").outcome, range(20)))
    assert (tried.count("wrong"), tried.count("used_up")) == (4, 16)


def test_a_right_code_wins_once(at_home: Identity, phones: Phones) -> None:
    at_home.request_code("c", WANG, "m1:code")
    code = phones.code(WANG_PHONE)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: at_home.check_code("c", code, f"t{n}").outcome, range(12)))
    assert outcomes.count("verified") == 1


def test_the_same_request_at_the_same_moment_makes_one_code(at_home: Identity, phones: Phones) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: at_home.request_code("c", WANG, "m1:code"), range(8)))
    assert len(phones.sent) == 1


def test_the_figures_are_the_same_on_both(
    at_home: Identity, any_db: Database, clock: FixedClock, phones: Phones
) -> None:
    issued = Billing(any_db, clock, load_tariffs(), load_climate()).bill(prove(at_home, phones, WANG))
    assert issued is not None
    assert (str(issued.bill.kwh), str(issued.bill.amount), str(issued.owed)) == ("227.80", "127.57", "0")
    seed(any_db, clock)


@pytest.mark.parametrize("same_request", [True, False])
def test_binding_the_same_address_at_the_same_moment_is_one_binding_and_one_word(
    at_home: Identity, phones: Phones, *, same_request: bool
) -> None:
    proof = prove(at_home, phones, WANG)

    def bind(n: int) -> None:
        key = "m1:bind" if same_request else f"m{n}:bind"
        at_home.bindings.bind("wechat", "openid-1", WANG, proof, request_key=key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bind, range(8)))
    assert at_home.bindings.addresses_of(WANG) == [("wechat", "openid-1")]
    assert len([text for to, text in phones.sent if to == WANG_PHONE and "绑定" in text]) == 1


def test_bound_and_put_out_at_the_same_moment_one_of_them_is_last(at_home: Identity, phones: Phones) -> None:
    proof = prove(at_home, phones, WANG)
    at_home.bindings.bind("wechat", "openid-1", WANG, proof, request_key="m1:bind")
    with ThreadPoolExecutor(2) as pool:
        put_out = pool.submit(at_home.bindings.unbind_others, proof, "web", "", request_key="m2:others")
        pool.submit(at_home.bindings.bind, "wechat", "openid-1", WANG, proof, request_key="m3:bind").result()
    assert put_out.result() in (0, 1)
    left = at_home.bindings.addresses_of(WANG)
    assert [proof.account_no for proof in at_home.bindings.accounts_of("wechat", "openid-1")] == [WANG] * len(left)
