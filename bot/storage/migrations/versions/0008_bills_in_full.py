"""Bills in full: reading routes, special terms, dated sources, reversed payments, invoices, exported energy

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.base import ExactDecimal, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_terms()
    _create_invoices()
    _create_settlements()
    op.add_column("meter_readings", sa.Column("exported", ExactDecimal(2), nullable=False, server_default="0"))
    op.add_column("payments", sa.Column("reversed_at", UtcDateTime()))
    op.add_column("payments", sa.Column("reason", sa.String()))
    op.add_column("bill_lines", sa.Column("source_date", sa.Date()))
    op.add_column("bill_lines", sa.Column("mark", sa.String(), nullable=False, server_default="K"))
    op.execute(
        "UPDATE bill_lines SET source_date = (SELECT b.period_start FROM bills b WHERE b.bill_no = bill_lines.bill_no)"
    )
    op.execute("UPDATE bill_lines SET kind = 'refund' WHERE kind = 'adjustment'")
    with op.batch_alter_table("bill_lines") as batch_op:
        batch_op.alter_column("source_date", existing_type=sa.Date(), nullable=False)


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_no"], ["customer_accounts.account_no"], name=op.f(f"fk_{table}_account_no")
    )


def _create_terms() -> None:
    op.create_table(
        "reading_routes",
        sa.Column("route_no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("reading_day", sa.Integer(), nullable=False),
        sa.Column("cycle_months", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("route_no", name=op.f("pk_reading_routes")),
    )
    op.create_table(
        "billing_terms",
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("route_no", sa.String()),
        sa.Column("agreed_demand_kw", ExactDecimal(2)),
        sa.Column("mixed_tariff", sa.String()),
        sa.Column("mixed_share", ExactDecimal(6)),
        sa.Column("mixed_kwh", ExactDecimal(2)),
        sa.Column("export_tariff", sa.String()),
        _account("billing_terms"),
        sa.ForeignKeyConstraint(["route_no"], ["reading_routes.route_no"], name=op.f("fk_billing_terms_route_no")),
        sa.PrimaryKeyConstraint("account_no", name=op.f("pk_billing_terms")),
    )
    op.create_index(op.f("ix_billing_terms_route_no"), "billing_terms", ["route_no"])


def _create_invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("invoice_no", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("bill_no", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("amount", ExactDecimal(2), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        _account("invoices"),
        sa.ForeignKeyConstraint(["bill_no"], ["bills.bill_no"], name=op.f("fk_invoices_bill_no")),
        sa.PrimaryKeyConstraint("invoice_no", name=op.f("pk_invoices")),
    )
    op.create_index(op.f("ix_invoices_account_no"), "invoices", ["account_no"])


def _create_settlements() -> None:
    op.create_table(
        "export_settlements",
        sa.Column("settlement_no", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("kwh", ExactDecimal(2), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("unit_price", ExactDecimal(6), nullable=False),
        sa.Column("amount", ExactDecimal(2), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paid_on", sa.Date()),
        _account("export_settlements"),
        sa.PrimaryKeyConstraint("settlement_no", name=op.f("pk_export_settlements")),
        sa.UniqueConstraint("account_no", "month", name=op.f("uq_export_settlements_account_no_month")),
    )
    op.create_index(op.f("ix_export_settlements_account_no"), "export_settlements", ["account_no"])


def downgrade() -> None:
    op.execute("UPDATE bill_lines SET kind = 'adjustment' WHERE kind = 'refund'")
    for table, column in (
        ("bill_lines", "mark"),
        ("bill_lines", "source_date"),
        ("payments", "reason"),
        ("payments", "reversed_at"),
        ("meter_readings", "exported"),
    ):
        op.drop_column(table, column)
    for table in ("export_settlements", "invoices", "billing_terms", "reading_routes"):
        op.drop_table(table)
