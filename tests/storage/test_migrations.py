"""The migrations make what the program expects, and can be taken back, on both databases."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from bot.commands.database import alembic_config
from bot.storage.base import Base
from bot.storage.engine import Database


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_the_migrations_make_every_table_of_the_program(url: str) -> None:
    command.upgrade(alembic_config(url), "head")
    database = Database(url)
    made = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    database.close()
    assert made == {name for name in Base.metadata.tables if not name.startswith("test_")}


def test_a_database_can_be_taken_back_to_nothing(url: str) -> None:
    command.upgrade(alembic_config(url), "head")
    command.downgrade(alembic_config(url), "base")
    database = Database(url)
    left = inspect(database.engine).get_table_names()
    database.close()
    assert left == ["alembic_version"]


BEFORE_0006 = """
INSERT INTO customer_accounts (account_no, holder, state, customer_class, area, supply_channel, settlement_mode,
  tariff_code, steps, allowance_kwh, voltage, load_class, critical_grade, own_generation, special_care,
  reading_cycle_months) VALUES
  ('1', 'A', 'in_service', 'commercial', 'urban', 'agency', 'prepaid_remote', 't', false, 0, '10kV', 1, 'second',
   'solar', '[]', 1);
INSERT INTO contacts (account_no, phone, name, role, registered, consent_until) VALUES
  ('1', '138', 'A', 'holder', true, NULL), ('1', '139', 'B', 'family', true, '2030-01-01');
INSERT INTO customer_agreements (agreement_no, account_no, kind, signed_on, auto_renewal, parts) VALUES
  ('HT1', '1', '10kV', '2020-01-01', true, '[]');
INSERT INTO network_nodes (code, level, name, owner) VALUES ('T', 'transformer', 'T', 'customer');
INSERT INTO usage_points (code, account_no, role, substation, feeder, section, transformer, phase) VALUES
  ('1-1', '1', 'main', 'S', 'F1', 'P', 'T', 'ABC'), ('1-2', '1', 'backup', 'S', 'F2', 'P', 'T', 'ABC');
INSERT INTO meters (meter_no, account_no, usage_point, multiplier, installed_on) VALUES
  ('M', '1', '1-1', 1, '2020-01-01')
"""


def test_customers_on_file_keep_their_supply_their_people_and_their_terms(url: str) -> None:
    """0006 makes ways of supply out of usage points and consents out of registrations for a time."""
    command.upgrade(alembic_config(url), "0004")
    database = Database(url)
    with database.write() as session:
        for statement in BEFORE_0006.split(";"):
            session.execute(text(statement))
    command.upgrade(alembic_config(url), "0006")
    with database.read() as session:
        ways = session.execute(text("SELECT usage_point, role, feeder FROM supply_points ORDER BY role DESC")).all()
        assert [tuple(way) for way in ways] == [("1-1", "main", "F1"), ("1-1", "backup", "F2")]
        assert session.scalars(text("SELECT code FROM usage_points")).all() == ["1-1"]
        assert session.execute(text("SELECT phone, role FROM consents")).one() == ("139", "family")
        assert session.scalars(text("SELECT phone FROM contacts")).all() == ["138"]
        terms = session.execute(text("SELECT kind, settlement_mode, state FROM customer_agreements")).one()
        assert terms == ("high", "prepaid_remote", "in_force")
        assert session.scalar(text("SELECT distributed FROM customer_accounts")) == "solar"
    command.downgrade(alembic_config(url), "0004")
    with database.read() as session:
        assert session.scalar(text("SELECT feeder FROM usage_points")) == "F1"
    database.close()
