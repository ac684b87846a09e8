"""cloudtrail.

Revision 0014, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hash', sa.String(length=64), server_default='', nullable=False))
