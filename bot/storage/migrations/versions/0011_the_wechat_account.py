"""The WeChat account: token, signatures, quotas, grants, media; recordings beside pictures; the demo's WeChat server

Revision: 0011
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.base import UtcDateTime

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wechat_tokens",
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("forced_at", UtcDateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_wechat_tokens")),
    )
    op.create_table(
        "wechat_signatures",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("signature", name=op.f("pk_wechat_signatures")),
    )
    with op.batch_alter_table("wechat_signatures", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_wechat_signatures_used_at"), ["used_at"], unique=False)
    op.create_table(
        "wechat_windows",
        sa.Column("openid", sa.String(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("told_elsewhere", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("openid", name=op.f("pk_wechat_windows")),
    )
    op.create_table(
        "wechat_grants",
        sa.Column("openid", sa.String(), nullable=False),
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("openid", "template_id", name=op.f("pk_wechat_grants")),
    )
    op.create_table(
        "wechat_media",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("openid", sa.String(), nullable=False),
        sa.Column("media_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            name=op.f("fk_wechat_media_conversation_id_seq"),
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_wechat_media")),
    )
    with op.batch_alter_table("wechat_media", schema=None) as batch_op:
        batch_op.create_index("ix_wechat_media_due", ["state", "next_attempt_at"], unique=False)
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("media_type", sa.String(), nullable=False, server_default="image/jpeg"))
    _demo()


def _demo() -> None:
    op.create_table(
        "demo_wechat",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("openid", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_wechat")),
    )
    with op.batch_alter_table("demo_wechat", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_demo_wechat_openid"), ["openid"], unique=False)
    op.create_table(
        "demo_faults",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_demo_faults")),
    )
    op.create_table(
        "demo_wechat_media",
        sa.Column("media_id", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_demo_wechat_media")),
    )
    op.create_table(
        "demo_wechat_tokens",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_demo_wechat_tokens")),
    )


def downgrade() -> None:
    op.drop_table("demo_wechat_tokens")
    op.drop_table("demo_wechat_media")
    op.drop_table("demo_faults")
    with op.batch_alter_table("demo_wechat", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_demo_wechat_openid"))
    op.drop_table("demo_wechat")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_column("media_type")
    with op.batch_alter_table("wechat_media", schema=None) as batch_op:
        batch_op.drop_index("ix_wechat_media_due")
    op.drop_table("wechat_media")
    op.drop_table("wechat_grants")
    op.drop_table("wechat_windows")
    with op.batch_alter_table("wechat_signatures", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_wechat_signatures_used_at"))
    op.drop_table("wechat_signatures")
    op.drop_table("wechat_tokens")
