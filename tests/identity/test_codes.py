"""One-time codes: the same words for everybody, single use, counted tries, limits, and races."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import FixedClock
from bot.errors import InvalidInput, NotAllowed, RateLimited
from bot.identity import Identity
from bot.identity.tables import OneTimeCode, Verification
from bot.settings import Settings
from bot.storage.engine import Database
from tests.demo_data import SECRET, Phones, prove

WANG, WANG_PHONE = "4100000017", "13800000017"
STRANGER = "4100009999"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_goes_to_the_registered_phone_and_opens_the_account(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    ((phone, text),) = phones.sent
    assert phone == WANG_PHONE
    assert re.fullmatch(r"\D*\d{6}\D.*工作人员不会向您要验证码", text)
    assert identity.check_code("c", phones.code(WANG_PHONE), "m2:try").outcome == "verified"
    assert identity.access_account("c").account_no == WANG


@pytest.mark.parametrize("typed", [WANG, WANG_PHONE, "4100000000017", "041000000017", "户号是 4100-0000-17"])
def test_phone_account_former_number_and_meter_lead_to_the_same_account(
    typed: str, identity: Identity, phones: Phones
) -> None:
    identity.request_code("c", typed, "m1:code")
    assert identity.check_code("c", phones.code(WANG_PHONE), "m2:try").outcome == "verified"
    assert identity.access_account("c").account_no == WANG


def test_a_stranger_leaves_the_same_row_and_gets_no_code(identity: Identity, phones: Phones, seeded: Database) -> None:
    identity.request_code("c", STRANGER, "m1:code")
    identity.request_code("d", WANG, "m2:code")
    assert len(phones.sent) == 1
    with seeded.read() as session:
        rows = list(session.scalars(select(OneTimeCode).order_by(OneTimeCode.request_key)))
    filled = [{c.name for c in OneTimeCode.__table__.columns if getattr(row, c.name) is not None} for row in rows]
    assert filled[0] == filled[1]
    assert identity.check_code("c", "000000", "m3:try").outcome == identity.check_code("d", "x", "m4:try").outcome


def test_the_code_of_a_stranger_can_not_be_guessed(identity: Identity, seeded: Database) -> None:
    identity.request_code("c", STRANGER, "m1:code")
    with seeded.read() as session:
        row = session.scalars(select(OneTimeCode)).one()
    right = identity._codes.code_of(row)
    assert identity.check_code("c", right, "m2:try").outcome == "wrong"
    with pytest.raises(NotAllowed):
        identity.access_account("c")


def test_neither_code_nor_phone_nor_typed_number_is_stored(
    identity: Identity, phones: Phones, seeded: Database
) -> None:
    identity.request_code("c", WANG_PHONE, "m1:code")
    with seeded.read() as session:
        row = session.scalars(select(OneTimeCode)).one()
    stored = " ".join(str(getattr(row, column.name)) for column in OneTimeCode.__table__.columns)
    assert WANG_PHONE not in stored
    assert not re.search(rf"\b{phones.code(WANG_PHONE)}\b", stored)


def test_the_same_request_sends_once(identity: Identity, phones: Phones, seeded: Database) -> None:
    for _ in range(3):
        identity.request_code("c", WANG, "m1:code")
    assert len(phones.sent) == 1
    with seeded.read() as session:
        assert len(session.scalars(select(OneTimeCode)).all()) == 1


def test_a_crash_before_sending_is_made_good_with_the_same_code(
    identity: Identity, phones: Phones, seeded: Database, clock: FixedClock
) -> None:
    class Down:
        def send(self, phone: str, text: str, request_key: str, data: object = None) -> None:
            raise ConnectionError

        def put(self, *args: object, **kwargs: object) -> None:
            raise ConnectionError

    broken = Identity(seeded, clock, Settings(), Down(), SECRET)
    with pytest.raises(ConnectionError):
        broken.request_code("c", WANG, "m1:code")
    identity.request_code("c", WANG, "m1:code")
    assert identity.check_code("c", phones.code(WANG_PHONE), "m2:try").outcome == "verified"


def test_a_code_is_used_once(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    code = phones.code(WANG_PHONE)
    identity.check_code("c", code, "m2:try")
    assert identity.check_code("c", code, "m3:try").outcome == "expired"


def test_the_same_try_asked_again_gets_the_same_outcome(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    code = phones.code(WANG_PHONE)
    first = identity.check_code("c", wrong(code), "m2:try")
    assert identity.check_code("c", wrong(code), "m2:try") == first
    assert first.tries_left == 4
    assert [identity.check_code("c", code, "m3:try").outcome for _ in range(2)] == ["verified", "verified"]


def test_after_five_minutes_a_code_is_void(identity: Identity, phones: Phones, clock: FixedClock) -> None:
    identity.request_code("c", WANG, "m1:code")
    clock.advance(minutes=5)
    assert identity.check_code("c", phones.code(WANG_PHONE), "m2:try").outcome == "expired"


def test_after_five_wrong_tries_the_right_code_is_refused(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    code = phones.code(WANG_PHONE)
    outcomes = [identity.check_code("c", wrong(code), f"m{n}:try").outcome for n in range(5)]
    assert outcomes == ["wrong"] * 4 + ["used_up"]
    assert identity.check_code("c", code, "m9:try").outcome == "used_up"
    with pytest.raises(NotAllowed):
        identity.access_account("c")


def test_only_the_newest_code_of_a_conversation_counts(identity: Identity, phones: Phones, clock: FixedClock) -> None:
    identity.request_code("c", WANG, "m1:code")
    old = phones.code(WANG_PHONE)
    clock.advance(seconds=20)
    identity.request_code("c", WANG, "m2:code")
    if old != phones.code(WANG_PHONE):
        assert identity.check_code("c", old, "m3:try").outcome == "wrong"
    assert identity.check_code("c", phones.code(WANG_PHONE), "m4:try").outcome == "verified"


def test_a_code_belongs_to_the_conversation_that_asked(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    assert identity.check_code("d", phones.code(WANG_PHONE), "m2:try").outcome == "none"
    with pytest.raises(NotAllowed):
        identity.access_account("d")


@pytest.mark.parametrize("typed", [WANG, STRANGER])
def test_too_many_codes_are_refused_alike(typed: str, identity: Identity, clock: FixedClock) -> None:
    for n in range(3):
        identity.request_code(f"c{n}", typed, f"m{n}:code")
        clock.advance(minutes=1)
    with pytest.raises(RateLimited) as refused:
        identity.request_code("c9", typed, "m9:code")
    assert refused.value.retry_after == 7 * 60
    clock.advance(minutes=8)
    identity.request_code("c9", typed, "m10:code")


def test_ten_codes_a_day(identity: Identity, clock: FixedClock) -> None:
    for n in range(10):
        identity.request_code(f"c{n}", WANG, f"m{n}:code")
        clock.advance(minutes=11)
    with pytest.raises(RateLimited):
        identity.request_code("c99", WANG, "m99:code")


def test_other_numbers_of_the_same_account_share_its_limit_without_saying_so(
    identity: Identity, phones: Phones
) -> None:
    for n, typed in enumerate((WANG, WANG_PHONE, "4100000000017", "041000000017")):
        identity.request_code(f"c{n}", typed, f"m{n}:code")
    assert len(phones.sent) == 3


def test_demo_mode_widens_the_limits(seeded: Database, clock: FixedClock, phones: Phones) -> None:
    identity = Identity(seeded, clock, Settings(demo=True), phones, SECRET)
    for n in range(12):
        identity.request_code(f"c{n}", WANG, f"m{n}:code")
    assert len(phones.sent) == 12


def test_what_is_no_number_is_refused_before_anything_is_stored(identity: Identity, seeded: Database) -> None:
    with pytest.raises(InvalidInput):
        identity.request_code("c", "不知道", "m1:code")
    with seeded.read() as session:
        assert session.scalars(select(OneTimeCode)).all() == []


def test_of_many_tries_at_once_five_are_counted(identity: Identity, phones: Phones, seeded: Database) -> None:
    identity.request_code("c", WANG, "m1:code")
    guess = wrong(phones.code(WANG_PHONE))
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda n: identity.check_code("c", guess, f"t{n}").outcome, range(24)))
    assert outcomes.count("wrong") == 4
    assert outcomes.count("used_up") == 20
    with seeded.read() as session:
        assert session.scalars(select(OneTimeCode.tries)).one() == 5


def test_of_many_right_tries_at_once_one_wins(identity: Identity, phones: Phones) -> None:
    identity.request_code("c", WANG, "m1:code")
    code = phones.code(WANG_PHONE)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: identity.check_code("c", code, f"t{n}").outcome, range(16)))
    assert outcomes.count("verified") == 1


def test_of_many_requests_at_once_three_are_sent(identity: Identity, phones: Phones) -> None:
    def ask(n: int) -> bool:
        try:
            identity.request_code(f"c{n}", WANG, f"m{n}:code")
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(12))) == 3
    assert len(phones.sent) == 3


def test_a_secret_of_another_installation_does_not_open_the_codes(
    identity: Identity, phones: Phones, seeded: Database, clock: FixedClock, tmp_path: Path
) -> None:
    identity.request_code("c", WANG, "m1:code")
    other = Identity(seeded, clock, Settings(), phones, b"another secret of 32 bytes......")
    assert other.check_code("c", phones.code(WANG_PHONE), "m2:try").outcome == "wrong"


def test_a_verification_row_names_no_phone(identity: Identity, phones: Phones, seeded: Database) -> None:
    prove(identity, phones, WANG)
    with seeded.read() as session:
        row = session.scalars(select(Verification)).one()
    assert WANG_PHONE not in row.phone_key
