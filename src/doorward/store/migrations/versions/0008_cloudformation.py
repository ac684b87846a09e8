"""cloudformation.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('change_set',
    sa.Column('id', sa.String(length=400), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('type', sa.String(length=16), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('execution_status', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('tags', sa.Text(), nullable=True),
    sa.Column('capabilities', sa.Text(), nullable=False),
    sa.Column('notification_arns', sa.Text(), nullable=False),
    sa.Column('role_arn', sa.String(length=2048), nullable=True),
    sa.Column('changes', sa.Text(), nullable=False),
    sa.Column('options', sa.Text(), nullable=False),
    sa.Column('work', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_set'))
    )
    op.create_index('ix_change_set_stack', 'change_set', ['stack', 'name'], unique=True)
    op.create_table('drift_detection',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('drift_status', sa.String(length=32), nullable=True),
    sa.Column('drifted', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('resources', sa.Text(), nullable=True),
    sa.Column('pending', sa.Boolean(), nullable=False),
    sa.Column('caller', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drift_detection'))
    )
    op.create_index('ix_drift_detection_pending', 'drift_detection', ['pending', 'id'], unique=False)
    op.create_index('ix_drift_detection_stack', 'drift_detection', ['stack'], unique=False)
    op.create_table('stack',
    sa.Column('id', sa.String(length=400), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('live_name', sa.String(length=128), nullable=True),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('detailed_status', sa.String(length=64), nullable=True),
    sa.Column('updated_at', sa.BigInteger(), nullable=True),
    sa.Column('deleted_at', sa.BigInteger(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('capabilities', sa.Text(), nullable=False),
    sa.Column('notification_arns', sa.Text(), nullable=False),
    sa.Column('role_arn', sa.String(length=2048), nullable=True),
    sa.Column('options', sa.Text(), nullable=False),
    sa.Column('termination_protection', sa.Boolean(), nullable=False),
    sa.Column('change_set_id', sa.String(length=400), nullable=True),
    sa.Column('policy', sa.Text(), nullable=True),
    sa.Column('drift', sa.Text(), nullable=True),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('template', sa.LargeBinary(), nullable=True),
    sa.Column('settings', sa.LargeBinary(), nullable=True),
    sa.Column('work', sa.LargeBinary(), nullable=True),
    sa.Column('pending', sa.Boolean(), nullable=False),
    sa.Column('claimed_by', sa.String(length=64), nullable=True),
    sa.Column('claimed_until', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stack')),
    sa.UniqueConstraint('account', 'region', 'live_name', name=op.f('uq_stack_account_region_live_name'))
    )
    op.create_index('ix_stack_created_at', 'stack', ['account', 'region', 'created_at', 'id'], unique=False)
    op.create_index('ix_stack_pending', 'stack', ['pending', 'id'], unique=False)
    op.create_table('stack_call',
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.Column('logical_id', sa.String(length=255), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('service', sa.String(length=64), nullable=False),
    sa.Column('operation', sa.String(length=128), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('output', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('stack', 'logical_id', 'number', name=op.f('pk_stack_call'))
    )
    op.create_table('stack_event',
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('event_id', sa.String(length=400), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('logical_id', sa.String(length=255), nullable=False),
    sa.Column('physical_id', sa.String(length=2048), nullable=False),
    sa.Column('type', sa.String(length=255), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('properties', sa.Text(), nullable=True),
    sa.Column('token', sa.String(length=128), nullable=True),
    sa.Column('operation_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_stack_event')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_stack_event_stack', 'stack_event', ['stack', 'sequence'], unique=False)
    op.create_table('stack_export',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'name', name=op.f('pk_stack_export'))
    )
    op.create_index('ix_stack_export_stack', 'stack_export', ['stack'], unique=False)
    op.create_table('stack_import',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'name', 'stack', name=op.f('pk_stack_import'))
    )
    op.create_index('ix_stack_import_stack', 'stack_import', ['stack'], unique=False)
    op.create_table('stack_resource',
    sa.Column('stack', sa.String(length=400), nullable=False),
    sa.Column('logical_id', sa.String(length=255), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=255), nullable=False),
    sa.Column('physical_id', sa.String(length=2048), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('metadata', sa.Text(), nullable=True),
    sa.Column('drift', sa.Text(), nullable=True),
    sa.Column('state', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('stack', 'logical_id', name=op.f('pk_stack_resource'))
    )
    op.create_index('ix_stack_resource_physical_id', 'stack_resource', ['account', 'physical_id'], unique=False)
