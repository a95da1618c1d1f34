"""Codes by which a conversation is gone on with on another channel; how long people waited for a person

Revision: 0017
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.base import UtcDateTime

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "join_codes",
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_join_codes_conversation_id")),
        sa.PrimaryKeyConstraint("request_key", name=op.f("pk_join_codes")),
    )
    with op.batch_alter_table("join_codes", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_join_codes_code_key"), ["code_key"], unique=False)
    op.create_table(
        "queue_waits",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_queue_waits_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", "queued_at", name=op.f("pk_queue_waits")),
    )
    with op.batch_alter_table("queue_waits", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_queue_waits_claimed_at"), ["claimed_at"], unique=False)
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("queue_place", sa.Integer(), nullable=True))
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_address", ["channel", "address", "created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_address")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("queue_place")
    with op.batch_alter_table("queue_waits", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_queue_waits_claimed_at"))
    op.drop_table("queue_waits")
    with op.batch_alter_table("join_codes", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_join_codes_code_key"))
    op.drop_table("join_codes")
