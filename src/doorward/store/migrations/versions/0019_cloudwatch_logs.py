"""cloudwatch and logs.

Revision 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('anomaly_detector',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('namespace', sa.String(length=255), nullable=False),
    sa.Column('metric', sa.String(length=255), nullable=False),
    sa.Column('members', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'id', name=op.f('pk_anomaly_detector'))
    )
    with op.batch_alter_table('anomaly_detector', schema=None) as batch_op:
        batch_op.create_index('ix_anomaly_detector_metric', ['account', 'region', 'namespace', 'metric', 'id'], unique=False)

    op.create_table('log_query',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('groups', sa.Text(), nullable=False),
    sa.Column('since', sa.BigInteger(), nullable=False),
    sa.Column('until', sa.BigInteger(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('milliseconds', sa.Integer(), nullable=False),
    sa.Column('statistics', sa.Text(), nullable=False),
    sa.Column('results', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'id', name=op.f('pk_log_query'))
    )
    with op.batch_alter_table('log_query', schema=None) as batch_op:
        batch_op.create_index('ix_log_query_account', ['account', 'region', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_log_query_status', ['status', 'created_at'], unique=False)
        batch_op.create_index('ix_log_query_created_at', ['created_at'], unique=False)

    op.create_table('log_subscription_filter',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('group_name', sa.String(length=512), nullable=False),
    sa.Column('name', sa.String(length=512), nullable=False),
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('pattern', sa.Text(), nullable=False),
    sa.Column('destination', sa.String(length=2048), nullable=False),
    sa.Column('role', sa.String(length=2048), nullable=True),
    sa.Column('distribution', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('behind', sa.BigInteger(), nullable=False),
    sa.Column('open_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'group_name', 'name', name=op.f('pk_log_subscription_filter')),
    sa.UniqueConstraint('id', name=op.f('uq_log_subscription_filter_id'))
    )
    op.create_table('log_delivery',
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('filter_id', sa.String(length=32), nullable=False),
    sa.Column('stream', sa.String(length=512), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_log_delivery')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('log_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_log_delivery_filter', ['account', 'filter_id', 'sequence'], unique=False)
        batch_op.create_index('ix_log_delivery_due_at', ['due_at', 'sequence'], unique=False)

    op.create_table('alarm_mute_rule',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('schedule', sa.Text(), nullable=False),
    sa.Column('targets', sa.Text(), nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=True),
    sa.Column('expires_at', sa.BigInteger(), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'name', name=op.f('pk_alarm_mute_rule'))
    )

    op.create_table('insight_rule',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('spans', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'name', name=op.f('pk_insight_rule'))
    )
