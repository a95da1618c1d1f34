"""Codes count by the same three keys for everybody; the queue knows who should take a conversation

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("phone_key", "account_key"):
        op.execute(f"UPDATE one_time_codes SET {name} = '' WHERE {name} IS NULL")
    with op.batch_alter_table("one_time_codes") as batch_op:
        for name in ("phone_key", "account_key"):
            batch_op.alter_column(name, existing_type=sa.String(), nullable=False)
    op.add_column("conversations", sa.Column("skill", sa.String()))


def downgrade() -> None:
    op.drop_column("conversations", "skill")
    with op.batch_alter_table("one_time_codes") as batch_op:
        for name in ("phone_key", "account_key"):
            batch_op.alter_column(name, existing_type=sa.String(), nullable=True)
