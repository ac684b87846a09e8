"""membership.

Revision 0006, after 0005.
"""

from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_index('ix_member_user_id')
        batch_op.create_index('ix_member_user_id', ['account', 'user_id', 'group_id'], unique=False)
