"""cloudwatch.

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('metric',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('namespace', sa.String(length=255), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('dimensions', sa.Text(), nullable=False),
    sa.Column('newest_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'series', name=op.f('pk_metric'))
    )
    with op.batch_alter_table('metric', schema=None) as batch_op:
        batch_op.create_index('ix_metric_name', ['account', 'region', 'namespace', 'name', 'series'], unique=False)
        batch_op.create_index('ix_metric_newest_at', ['newest_at'], unique=False)

    op.create_table('metric_point',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('resolution', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('count', sa.Double(), nullable=False),
    sa.Column('total', sa.Double(), nullable=False),
    sa.Column('minimum', sa.Double(), nullable=False),
    sa.Column('maximum', sa.Double(), nullable=False),
    sa.Column('distribution', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'series', 'resolution', 'at', 'unit', name=op.f('pk_metric_point'))
    )
    with op.batch_alter_table('metric_point', schema=None) as batch_op:
        batch_op.create_index('ix_metric_point_age', ['resolution', 'at', 'account', 'series', 'unit'], unique=False)

    op.create_table('alarm',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('configuration', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('state_reason', sa.String(length=1023), nullable=False),
    sa.Column('state_reason_data', sa.Text(), nullable=False),
    sa.Column('state_updated_at', sa.BigInteger(), nullable=False),
    sa.Column('state_transitioned_at', sa.BigInteger(), nullable=False),
    sa.Column('configured_at', sa.BigInteger(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('pending', sa.Boolean(), nullable=False),
    sa.Column('suppression', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'region', 'name', name=op.f('pk_alarm'))
    )
    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.create_index('ix_alarm_kind', ['account', 'region', 'kind', 'name'], unique=False)
        batch_op.create_index('ix_alarm_series', ['account', 'region', 'series', 'name'], unique=False)
        batch_op.create_index('ix_alarm_pending', ['pending', 'account', 'region', 'name'], unique=False)
        batch_op.create_index('ix_alarm_due_at', ['due_at', 'account', 'region', 'name'], unique=False)

    op.create_table('alarm_history',
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('item_type', sa.String(length=32), nullable=False),
    sa.Column('summary', sa.String(length=255), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_alarm_history')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('alarm_history', schema=None) as batch_op:
        batch_op.create_index('ix_alarm_history_account', ['account', 'region', 'sequence'], unique=False)
        batch_op.create_index('ix_alarm_history_name', ['account', 'region', 'name', 'sequence'], unique=False)
        batch_op.create_index('ix_alarm_history_at', ['at'], unique=False)

    op.create_table('dashboard',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('modified_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'name', name=op.f('pk_dashboard'))
    )
