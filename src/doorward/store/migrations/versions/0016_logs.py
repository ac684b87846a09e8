"""logs.

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('log_event',
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('group_id', sa.String(length=32), nullable=False),
    sa.Column('stream_id', sa.String(length=32), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('ingested_at', sa.BigInteger(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_log_event')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('log_event', schema=None) as batch_op:
        batch_op.create_index('ix_log_event_group', ['account', 'group_id', 'at', 'sequence'], unique=False)
        batch_op.create_index('ix_log_event_stream', ['account', 'stream_id', 'at', 'sequence'], unique=False)

    op.create_table('log_group',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=512), nullable=False),
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('retention_days', sa.Integer(), nullable=True),
    sa.Column('kms_key_id', sa.String(length=256), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('deletion_protected', sa.Boolean(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'name', name=op.f('pk_log_group')),
    sa.UniqueConstraint('id', name=op.f('uq_log_group_id'))
    )
    op.create_table('log_metric_filter',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('group_name', sa.String(length=512), nullable=False),
    sa.Column('name', sa.String(length=512), nullable=False),
    sa.Column('pattern', sa.Text(), nullable=False),
    sa.Column('transformation', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('metric_namespace', sa.String(length=255), nullable=False),
    sa.Column('metric_name', sa.String(length=255), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'group_name', 'name', name=op.f('pk_log_metric_filter'))
    )
    with op.batch_alter_table('log_metric_filter', schema=None) as batch_op:
        batch_op.create_index('ix_log_metric_filter_metric', ['account', 'region', 'metric_namespace', 'metric_name'], unique=False)

    op.create_table('log_query_definition',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('groups', sa.Text(), nullable=False),
    sa.Column('parameters', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'id', name=op.f('pk_log_query_definition'))
    )
    op.create_table('log_removal',
    sa.Column('stream_id', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('stream_id', name=op.f('pk_log_removal'))
    )
    op.create_table('log_resource_policy',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=512), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'name', name=op.f('pk_log_resource_policy'))
    )
    op.create_table('log_stream',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('group_id', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=512), nullable=False),
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('first_event_at', sa.BigInteger(), nullable=True),
    sa.Column('last_event_at', sa.BigInteger(), nullable=True),
    sa.Column('last_ingested_at', sa.BigInteger(), nullable=True),
    sa.Column('stored_bytes', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'group_id', 'name', name=op.f('pk_log_stream')),
    sa.UniqueConstraint('id', name=op.f('uq_log_stream_id'))
    )
    with op.batch_alter_table('log_stream', schema=None) as batch_op:
        batch_op.create_index('ix_log_stream_last', ['account', 'group_id', 'last_event_at', 'name'], unique=False)
