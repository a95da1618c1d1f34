"""Codes by which a conversation is gone on with on another channel

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


def downgrade() -> None:
    with op.batch_alter_table("join_codes", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_join_codes_code_key"))
    op.drop_table("join_codes")
