"""Customers in full: independent classes, agreements with their parts, ways of supply, consents, bindings

Revision: 0006
Revises: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.storage.base import ExactDecimal, UtcDateTime

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

PATH = ("substation", "feeder", "section", "transformer", "branch", "box")
INDEXED = ("feeder", "transformer", "box")


def _text(name: str, default: str) -> sa.Column[Any]:
    """A column that rows already there need a value for."""
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def _added() -> dict[str, tuple[sa.Column[Any], ...]]:
    return {
        "customer_accounts": (
            sa.Column("holder_deceased_on", sa.Date()),
            sa.Column("household_persons", sa.Integer()),
            _text("tariff_class", "residential"),
            _text("tariff_form", "single"),
            _text("supply_form", "public_transformer"),
            sa.Column("critical_document", sa.String()),
            sa.Column("critical_since", sa.Date()),
            _text("distributed", "none"),
            sa.Column("distributed_kw", ExactDecimal(2)),
        ),
        "customer_agreements": (
            _text("state", "in_force"),
            _text("settlement_mode", "postpaid"),
            sa.Column("starts_on", sa.Date()),
            sa.Column("warn_below", ExactDecimal(2)),
            sa.Column("cut_off_at", ExactDecimal(2)),
        ),
        "meters": (
            sa.Column("rated_kva", ExactDecimal(2)),
            sa.Column("remote_switch", sa.Boolean(), nullable=False, server_default=sa.false()),
        ),
        "network_nodes": (
            sa.Column("kind", sa.String()),
            sa.Column("owner_name", sa.String()),
            sa.Column("owner_phone", sa.String()),
            sa.Column("capacity_kva", ExactDecimal(2)),
            sa.Column("serves", sa.JSON(), nullable=False, server_default="[]"),
        ),
        "supply_commands": (sa.Column("settled_at", UtcDateTime()),),
    }


def upgrade() -> None:
    _create_supply_points()
    _create_consents()
    _create_identity()
    _create_meter_events()
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    with op.batch_alter_table("customer_agreements") as batch_op:
        batch_op.alter_column("signed_on", existing_type=sa.Date(), nullable=True)
    _move()
    for name in INDEXED:
        op.drop_index(op.f(f"ix_usage_points_{name}"), "usage_points")
    for name in ("role", *PATH):
        op.drop_column("usage_points", name)
    op.drop_column("contacts", "consent_until")


def _create_supply_points() -> None:
    op.create_table(
        "supply_points",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("usage_point", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        *(sa.Column(name, sa.String()) for name in PATH),
        sa.Column("power_kw", ExactDecimal(2)),
        sa.Column("interlock", sa.Boolean()),
        sa.Column("checked_on", sa.Date()),
        sa.ForeignKeyConstraint(["usage_point"], ["usage_points.code"], name=op.f("fk_supply_points_usage_point")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_supply_points")),
    )
    for name in ("usage_point", *INDEXED):
        op.create_index(op.f(f"ix_supply_points_{name}"), "supply_points", [name])


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_no"], ["customer_accounts.account_no"], name=op.f(f"fk_{table}_account_no")
    )


def _create_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String()),
        sa.Column("ended_at", UtcDateTime()),
        _account("consents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("request_key", name=op.f("uq_consents_request_key")),
    )
    for name in ("account_no", "phone"):
        op.create_index(op.f(f"ix_consents_{name}"), "consents", [name])


def _create_identity() -> None:
    op.create_table(
        "channel_bindings",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("phone_key", sa.String(), nullable=False),
        sa.Column("bound_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        _account("channel_bindings"),
        sa.PrimaryKeyConstraint("channel", "address", "account_no", name=op.f("pk_channel_bindings")),
    )
    op.create_table(
        "account_changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("told_phone", sa.String()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime()),
        _account("account_changes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
        sa.UniqueConstraint("request_key", name=op.f("uq_account_changes_request_key")),
    )
    for table in ("channel_bindings", "account_changes"):
        op.create_index(op.f(f"ix_{table}_account_no"), table, ["account_no"])


def _create_meter_events() -> None:
    meter = {"old_meter": "meter_exchanges", "new_meter": "meter_exchanges", "meter_no": "meter_tests"}
    keys = {
        name: sa.ForeignKeyConstraint([name], ["meters.meter_no"], name=op.f(f"fk_{table}_{name}"))
        for name, table in meter.items()
    }
    op.create_table(
        "meter_exchanges",
        sa.Column("old_meter", sa.String(), nullable=False),
        sa.Column("new_meter", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("exchanged_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("notified_on", sa.Date()),
        keys["old_meter"],
        keys["new_meter"],
        _account("meter_exchanges"),
        sa.PrimaryKeyConstraint("old_meter", name=op.f("pk_meter_exchanges")),
        sa.UniqueConstraint("new_meter", name=op.f("uq_meter_exchanges_new_meter")),
    )
    op.create_table(
        "meter_tests",
        sa.Column("test_no", sa.String(), nullable=False),
        sa.Column("meter_no", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        keys["meter_no"],
        _account("meter_tests"),
        sa.PrimaryKeyConstraint("test_no", name=op.f("pk_meter_tests")),
    )
    op.create_index(op.f("ix_meter_exchanges_account_no"), "meter_exchanges", ["account_no"])
    op.create_index(op.f("ix_meter_tests_account_no"), "meter_tests", ["account_no"])
    op.create_index(op.f("ix_meter_tests_meter_no"), "meter_tests", ["meter_no"])


MOVES = (
    # Each usage point was one way of supply. A second way becomes one of the main point, unless a meter hangs on it.
    """INSERT INTO supply_points (code, usage_point, role, substation, feeder, section, transformer, branch, box)
    SELECT p.code || '-' || p.role,
           CASE WHEN p.role = 'main' OR EXISTS (SELECT 1 FROM meters m WHERE m.usage_point = p.code) THEN p.code
           ELSE coalesce((SELECT min(q.code) FROM usage_points q
                          WHERE q.account_no = p.account_no AND q.role = 'main'), p.code) END,
           p.role, p.substation, p.feeder, p.section, p.transformer, p.branch, p.box FROM usage_points p""",
    "DELETE FROM usage_points WHERE code NOT IN (SELECT usage_point FROM supply_points)",
    # Whoever was registered for a time had the consent of the holder for as long.
    """INSERT INTO consents (request_key, account_no, phone, name, role, scope, starts_on, ends_on, given_by, given_at)
    SELECT 'migrated:' || account_no || ':' || phone, account_no, phone, name, role,
           '["bills", "balance", "use", "file", "changes"]', CURRENT_DATE, consent_until, 'holder', CURRENT_TIMESTAMP
    FROM contacts WHERE registered AND consent_until IS NOT NULL""",
    "DELETE FROM contacts WHERE registered AND consent_until IS NOT NULL",
    "UPDATE customer_accounts SET distributed = 'solar', own_generation = 'none' WHERE own_generation = 'solar'",
    "UPDATE customer_accounts SET supply_form = 'dedicated_transformer' WHERE voltage <> 'low'",
    """UPDATE customer_accounts SET tariff_class = CASE customer_class WHEN 'residential' THEN 'residential'
       WHEN 'agricultural' THEN 'agricultural' ELSE 'commercial_industrial' END,
       tariff_form = CASE WHEN capacity_basis IS NOT NULL THEN 'two_part' WHEN steps THEN 'steps' ELSE 'single' END""",
    "UPDATE network_nodes SET kind = CASE owner WHEN 'supplier' THEN 'public' ELSE 'dedicated' END"
    " WHERE level = 'transformer'",
    """UPDATE customer_agreements SET starts_on = signed_on,
       kind = CASE WHEN kind IN ('residential', 'low') THEN kind ELSE 'high' END,
       settlement_mode = (SELECT a.settlement_mode FROM customer_accounts a
                          WHERE a.account_no = customer_agreements.account_no)""",
)


def _move() -> None:
    for statement in MOVES:
        op.execute(statement)


def downgrade() -> None:
    op.add_column("contacts", sa.Column("consent_until", sa.Date()))
    for name in ("substation", "feeder", "section", "transformer"):
        op.add_column("usage_points", _text(name, ""))
    op.add_column("usage_points", _text("role", "main"))
    for name in ("branch", "box"):
        op.add_column("usage_points", sa.Column(name, sa.String()))
    for name in INDEXED:
        op.create_index(op.f(f"ix_usage_points_{name}"), "usage_points", [name])
    for name in PATH:
        op.execute(
            f"UPDATE usage_points SET {name} = coalesce((SELECT s.{name} FROM supply_points s"
            f" WHERE s.usage_point = usage_points.code AND s.role = 'main'), {name})"
        )
    op.execute("DELETE FROM customer_agreements WHERE signed_on IS NULL")
    with op.batch_alter_table("customer_agreements") as batch_op:
        batch_op.alter_column("signed_on", existing_type=sa.Date(), nullable=False)
    op.execute("UPDATE customer_accounts SET own_generation = distributed WHERE distributed <> 'none'")
    for table, columns in _added().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
    for table in ("account_changes", "channel_bindings", "consents", "meter_tests", "meter_exchanges", "supply_points"):
        op.drop_table(table)
