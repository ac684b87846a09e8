"""stack signals.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('stack_signal',
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.Column('logical_id', sa.String(length=255), nullable=False),
    sa.Column('request', sa.String(length=64), nullable=False),
    sa.Column('unique_id', sa.String(length=255), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('stack', 'logical_id', 'request', 'unique_id', name=op.f('pk_stack_signal'))
    )
    with op.batch_alter_table('stack', schema=None) as batch_op:
        batch_op.create_index('ix_stack_deleted_at', ['deleted_at'], unique=False)
