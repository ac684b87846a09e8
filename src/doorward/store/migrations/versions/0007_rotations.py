"""rotations.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rotation',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.String(length=21), nullable=False),
    sa.Column('period_seconds', sa.Integer(), nullable=False),
    sa.Column('unused_seconds', sa.Integer(), nullable=False),
    sa.Column('inactive_seconds', sa.Integer(), nullable=False),
    sa.Column('delivery', sa.String(length=16), nullable=False),
    sa.Column('target', sa.String(length=512), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('created_by', sa.String(length=2048), nullable=False),
    sa.Column('next_at', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.String(length=16), nullable=False),
    sa.Column('old_id', sa.String(length=128), nullable=True),
    sa.Column('new_id', sa.String(length=128), nullable=True),
    sa.Column('delivered_at', sa.BigInteger(), nullable=True),
    sa.Column('deactivated_at', sa.BigInteger(), nullable=True),
    sa.Column('used_at', sa.BigInteger(), nullable=True),
    sa.Column('rotated_at', sa.BigInteger(), nullable=True),
    sa.Column('looked_at', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('held_by', sa.String(length=32), nullable=True),
    sa.Column('held_until', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'user_id', name=op.f('pk_rotation'))
    )
    with op.batch_alter_table('rotation', schema=None) as batch_op:
        batch_op.create_index('ix_rotation_next_at', ['next_at'], unique=False)
