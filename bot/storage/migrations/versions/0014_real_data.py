"""How far an import has come; what the audit found and saw; jobs that are due once a day

Revision: 0014
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from bot.storage.base import UtcDateTime

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_progress",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("reports", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_import_progress"),
    )
    op.create_table(
        "audit_findings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("ticket_no", sa.String()),
        sa.PrimaryKeyConstraint("key", name="pk_audit_findings"),
    )
    op.create_index("ix_audit_findings_account_no", "audit_findings", ["account_no"])
    op.create_index("ix_audit_findings_found_on", "audit_findings", ["found_on"])
    op.create_table(
        "audited_terms",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "name", name="pk_audited_terms"),
    )
    op.create_table(
        "daily_jobs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("leased_until", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("name", "day", name="pk_daily_jobs"),
    )


def downgrade() -> None:
    for name in ("daily_jobs", "audited_terms", "audit_findings", "import_progress"):
        op.drop_table(name)
