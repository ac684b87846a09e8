"""What event data stores keep of their own, imports' failures, and insights.

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('trail_record',
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('store', sa.String(length=64), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('event', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_trail_record'))
    )
    with op.batch_alter_table('trail_record', schema=None) as batch_op:
        batch_op.create_index('ix_trail_record_store', ['account', 'region', 'store', 'at', 'sequence'], unique=False)

    op.create_table('trail_import_failure',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('import_id', sa.String(length=36), nullable=False),
    sa.Column('location', sa.String(length=1152), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('error_type', sa.String(length=128), nullable=False),
    sa.Column('error_message', sa.Text(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'import_id', 'location', name=op.f('pk_trail_import_failure'))
    )
    op.create_table('trail_insight_count',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('category', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=128), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('error', sa.String(length=128), nullable=False),
    sa.Column('seconds', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'category', 'source', 'name', 'error', 'seconds', 'at', name=op.f('pk_trail_insight_count'))
    )
    with op.batch_alter_table('trail_insight_count', schema=None) as batch_op:
        batch_op.create_index('ix_trail_insight_count_recent', ['account', 'seconds', 'at'], unique=False)

    op.create_table('trail_insight_watch',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('since', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', name=op.f('pk_trail_insight_watch'))
    )
    op.create_table('trail_insight_open',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('category', sa.String(length=16), nullable=False),
    sa.Column('source', sa.String(length=128), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('error', sa.String(length=128), nullable=False),
    sa.Column('shared_id', sa.String(length=36), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('last_at', sa.BigInteger(), nullable=False),
    sa.Column('baseline', sa.Text(), nullable=False),
    sa.Column('usual', sa.Text(), nullable=False),
    sa.Column('takers', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'category', 'source', 'name', 'error', name=op.f('pk_trail_insight_open'))
    )
    op.create_table('trail_insight',
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('category', sa.String(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.String(length=36), nullable=False),
    sa.Column('source', sa.String(length=128), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('event', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_trail_insight'))
    )
    with op.batch_alter_table('trail_insight', schema=None) as batch_op:
        batch_op.create_index('ix_trail_insight_at', ['account', 'region', 'category', 'at', 'sequence'], unique=False)

    op.create_table('trail_insight_told',
    sa.Column('trail', sa.String(length=256), nullable=False),
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('delivered', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('trail', 'sequence', name=op.f('pk_trail_insight_told'))
    )
    with op.batch_alter_table('trail_insight_told', schema=None) as batch_op:
        batch_op.create_index('ix_trail_insight_told_waiting', ['delivered', 'trail', 'sequence'], unique=False)
