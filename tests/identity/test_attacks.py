"""What somebody would try who wants to see an account that is not theirs."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from bot.billing.demo import seed
from bot.clock import FixedClock
from bot.conversations.outbox import Outbox
from bot.errors import NotAllowed, RateLimited
from bot.identity import Identity
from bot.identity.consents import Guest
from bot.identity.tables import AccountChange, OneTimeCode
from bot.settings import Settings
from bot.storage.engine import Database
from tests.demo_data import SECRET, Phones, prove

WANG, WANG_PHONE = "4100000017", "13800000017"
# One of each kind somebody may type, found and not found: account, former number, meter, phone with one account, with
# two, with a consent, of a holder who died; and numbers of the same lengths that lead nowhere.
FOUND = (WANG, "4100000000017", "041000000017", WANG_PHONE, "13800000165", "13800009165")
NOT_FOUND = ("4100009999", "4100000009999", "049999999999", "13900000000", "4100000157", "13800000157")


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The statements a piece of work sends to the database: the verb and table of each, no values."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        verb = statement.split()[0]
        tables = re.findall(r"(?:FROM|INTO|UPDATE)\s+(\w+)", statement)
        sent.append(f"{verb} {','.join(sorted(set(tables)))}" if verb == "SELECT" else verb)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def posted(seeded: Database, clock: FixedClock) -> Identity:
    """Identity with the outbox it has in the house."""
    numbers = iter(range(10_000))
    return Identity(seeded, clock, Settings(demo=True), Outbox(seeded, clock, lambda: f"id{next(numbers)}"), SECRET)


def test_asking_for_a_code_is_the_same_work_whoever_is_found(posted: Identity, seeded: Database) -> None:
    work = {}
    for typed in (*FOUND, *NOT_FOUND):
        with statements(seeded) as sent:
            posted.request_code(f"c-{typed}", typed, f"{typed}:code")
        verbs = Counter({"INSERT": "WRITE", "UPDATE": "WRITE"}.get(s.split()[0], s.split()[0]) for s in sent)
        reads = [statement for statement in sent if statement.startswith("SELECT") and "customer" in statement]
        work[typed] = (verbs, len(reads), len(sent))
    assert len(work) == len(FOUND) + len(NOT_FOUND)
    assert {repr(sorted(verbs.items())) for verbs, _, _ in work.values()} == {repr(sorted(work[WANG][0].items()))}
    assert len({(reads, total) for _, reads, total in work.values()}) == 1


def test_typing_a_wrong_code_is_the_same_work_whoever_is_found(posted: Identity, seeded: Database) -> None:
    work = []
    for typed in (*FOUND, *NOT_FOUND):
        posted.request_code(f"c-{typed}", typed, f"{typed}:code")
        with statements(seeded) as sent:
            outcome = posted.check_code(f"c-{typed}", "nothing", f"{typed}:try").outcome
        work.append((outcome, tuple(sent)))
    assert len(set(work)) == 1


def test_answers_tell_no_number_from_another(identity: Identity, seeded: Database) -> None:
    """The outcome of asking, of trying, and what is kept of it."""
    shapes = set()
    for typed in (*FOUND, *NOT_FOUND):
        identity.request_code(f"c-{typed}", typed, f"{typed}:code")
        tried = identity.check_code(f"c-{typed}", "999", f"{typed}:try")
        with seeded.read() as session:
            row = session.scalars(select(OneTimeCode).where(OneTimeCode.conversation_id == f"c-{typed}")).one()
        filled = tuple(c.name for c in OneTimeCode.__table__.columns if getattr(row, c.name) is not None)
        shapes.add((tried, filled, identity.choices(f"c-{typed}"), identity.awaits_code(f"c-{typed}")))
    assert len(shapes) == 1


def test_limits_tell_no_number_from_another(seeded: Database, clock: FixedClock, phones: Phones) -> None:
    for typed in (WANG, "4100009999"):
        identity = Identity(seeded, clock, Settings(), phones, SECRET)
        waits = []
        for n in range(12):
            try:
                identity.request_code(f"c{typed}{n}", typed, f"{typed}{n}:code")
                waits.append(0)
            except RateLimited as limited:
                waits.append(limited.retry_after)
        assert waits == [0] * 3 + [600] * 9


def test_fifty_guesses_a_day_are_all_an_account_can_be_tried(
    seeded: Database, clock: FixedClock, phones: Phones
) -> None:
    """Ten codes of five tries, from whatever conversations: one in twenty thousand."""
    identity = Identity(seeded, clock, Settings(), phones, SECRET)
    tried = 0
    for n in range(60):
        try:
            identity.request_code(f"c{n}", WANG, f"m{n}:code")
        except RateLimited:
            clock.advance(minutes=11)
            continue
        for k in range(8):
            outcome = identity.check_code(f"c{n}", "abcdef", f"t{n}-{k}").outcome
            tried += outcome in ("wrong", "used_up") and k < 5
        if n > 40:
            break
    assert tried <= 50


def test_a_code_may_not_be_tried_on_in_another_conversation_or_after_a_new_one(
    identity: Identity, phones: Phones, clock: FixedClock
) -> None:
    identity.request_code("victim", WANG, "m1:code")
    code = phones.code(WANG_PHONE)
    identity.request_code("thief", "4100009999", "m2:code")
    assert identity.check_code("thief", code, "m3:try").outcome == "wrong"
    identity.check_code("victim", code, "m4:try")
    assert identity.check_code("victim", code, "m5:try").outcome == "expired"
    with pytest.raises(NotAllowed):
        identity.access_account("thief")


@pytest.fixture
def at_home(any_db: Database, clock: FixedClock, phones: Phones) -> Identity:
    seed(any_db, clock)
    return Identity(any_db, clock, Settings(), phones, SECRET)


def test_of_many_guesses_and_the_right_code_at_once_no_more_than_five_count(
    at_home: Identity, phones: Phones, any_db: Database
) -> None:
    at_home.request_code("c", WANG, "m1:code")
    code = phones.code(WANG_PHONE)
    guesses = [code if n == 17 else f"{(int(code) + n + 1) % 10**6:06d}" for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda n: at_home.check_code("c", guesses[n], f"t{n}").outcome, range(24)))
    with any_db.read() as session:
        tries, used = session.execute(select(OneTimeCode.tries, OneTimeCode.used_at)).one()
    assert tries <= 5
    assert outcomes.count("wrong") <= 5
    assert outcomes.count("verified") == (used is not None)


def test_the_same_consent_asked_for_at_once_is_given_and_told_once(
    at_home: Identity, phones: Phones, any_db: Database
) -> None:
    proof = prove(at_home, phones, WANG)

    def give(_: int) -> bool:
        try:
            at_home.consents.let_in(proof, Guest("13800009999", "family"), "m9:consent")
        except Exception as error:  # a lost race is an error to be asked again, never a second consent
            return "unique" in str(error).lower()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(give, range(8)))
    assert len(at_home.consents.current(proof)) == 1
    with any_db.read() as session:
        assert len(session.scalars(select(AccountChange)).all()) == 1
    assert sum("授权" in text for _, text in phones.sent) == 1
