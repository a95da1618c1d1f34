"""How owed notices reach a number that asked for another way than SMS

Revision: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sms_contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owed_way", sa.String(), nullable=False, server_default="sms"))
        batch_op.add_column(sa.Column("family_phone", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sms_contacts", schema=None) as batch_op:
        batch_op.drop_column("family_phone")
        batch_op.drop_column("owed_way")
