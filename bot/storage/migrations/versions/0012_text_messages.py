"""Text messages: parts and reports, what came in, what numbers wish, the line to the carrier

Revision: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sms_parts",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_sms_parts")),
    )
    op.create_index("ix_sms_parts_ref", "sms_parts", ["ref"])
    op.create_table(
        "sms_reports",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("arrived", sa.Boolean(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "code", name=op.f("pk_sms_reports")),
    )
    op.create_table(
        "sms_inbound",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("text_key", sa.String(), nullable=False),
        sa.Column("hazard", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_inbound")),
    )
    op.create_index("ix_sms_inbound_recent", "sms_inbound", ["address", "received_at"])
    op.create_table(
        "sms_segments",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("address", "ref", "of", "number", name=op.f("pk_sms_segments")),
    )
    op.create_table(
        "sms_contacts",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("notices_off_at", UtcDateTime(), nullable=True),
        sa.Column("proven_at", UtcDateTime(), nullable=True),
        sa.Column("silent_until", UtcDateTime(), nullable=True),
        sa.Column("silent_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_sms_contacts")),
    )
    op.create_table(
        "sms_lines",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sms_lines")),
    )


def downgrade() -> None:
    for table in ("sms_lines", "sms_contacts", "sms_segments", "sms_inbound", "sms_reports", "sms_parts"):
        op.drop_table(table)
