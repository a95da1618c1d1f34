"""Channels outside the web: addresses, what they delivered, and what is on its way to them

Revision: 0009
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_addresses",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_channel_addresses_conversation_id")
        ),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_channel_addresses")),
    )
    with op.batch_alter_table("channel_addresses", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_channel_addresses_conversation_id"), ["conversation_id"], unique=False)
    op.create_table(
        "inbound_deliveries",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_inbound_deliveries_conversation_id")
        ),
        sa.PrimaryKeyConstraint("channel", "delivery_id", name=op.f("pk_inbound_deliveries")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(), nullable=False, server_default="web"))
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="one_time_code"))
        batch_op.add_column(sa.Column("data", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("options", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("reply_to", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("carried_for", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("provider_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("settled_at", UtcDateTime(), nullable=True))
        batch_op.create_index("ix_deliveries_message", ["conversation_id", "seq"], unique=False)
        batch_op.create_index("ix_deliveries_provider", ["channel", "provider_id"], unique=False)
    op.execute("UPDATE deliveries SET state = 'queued' WHERE state = 'pending'")


def downgrade() -> None:
    op.execute("UPDATE deliveries SET state = 'pending' WHERE state = 'queued'")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_provider")
        batch_op.drop_index("ix_deliveries_message")
        for name in ("settled_at", "provider_id", "carried_for", "reply_to", "urgent", "options", "data", "kind"):
            batch_op.drop_column(name)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("channel")
    op.drop_table("inbound_deliveries")
    with op.batch_alter_table("channel_addresses", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_channel_addresses_conversation_id"))
    op.drop_table("channel_addresses")
