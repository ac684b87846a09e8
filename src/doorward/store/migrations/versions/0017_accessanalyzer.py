"""accessanalyzer.

Revision 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_preview',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('analyzer', sa.String(length=36), nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('configurations', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'analyzer', 'id', name=op.f('pk_access_preview'))
    )
    op.create_table('analyzed_resource',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('analyzer', sa.String(length=36), nullable=False),
    sa.Column('arn', sa.String(length=2048), nullable=False),
    sa.Column('name', sa.String(length=512), nullable=False),
    sa.Column('type', sa.String(length=64), nullable=False),
    sa.Column('owner', sa.String(length=12), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('actions', sa.Text(), nullable=False),
    sa.Column('shared_via', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('analyzed_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'analyzer', 'arn', name=op.f('pk_analyzed_resource'))
    )
    with op.batch_alter_table('analyzed_resource', schema=None) as batch_op:
        batch_op.create_index('ix_analyzed_resource_name', ['account', 'analyzer', 'name', 'arn'], unique=False)
        batch_op.create_index('ix_analyzed_resource_type', ['account', 'analyzer', 'type', 'arn'], unique=False)

    op.create_table('analyzer',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('organization', sa.String(length=34), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('configuration', sa.Text(), nullable=True),
    sa.Column('managed_by', sa.String(length=128), nullable=False),
    sa.Column('last_resource', sa.String(length=2048), nullable=False),
    sa.Column('last_resource_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'region', 'name', name=op.f('pk_analyzer')),
    sa.UniqueConstraint('id', name=op.f('uq_analyzer_id'))
    )
    with op.batch_alter_table('analyzer', schema=None) as batch_op:
        batch_op.create_index('ix_analyzer_organization', ['organization'], unique=False)

    op.create_table('archive_rule',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('analyzer', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('filter', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'analyzer', 'name', name=op.f('pk_archive_rule'))
    )
    op.create_table('finding',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('analyzer', sa.String(length=36), nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('resource', sa.String(length=2048), nullable=False),
    sa.Column('resource_type', sa.String(length=64), nullable=False),
    sa.Column('owner', sa.String(length=12), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('analyzed_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'analyzer', 'id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index('ix_finding_resource', ['account', 'analyzer', 'resource', 'id'], unique=False)
        batch_op.create_index('ix_finding_status', ['account', 'analyzer', 'status', 'id'], unique=False)
        batch_op.create_index('ix_finding_updated_at', ['account', 'analyzer', 'updated_at', 'id'], unique=False)

    op.create_table('resource_scan',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=2048), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('place', sa.String(length=2048), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'kind', 'name', name=op.f('pk_resource_scan'))
    )
    with op.batch_alter_table('resource_scan', schema=None) as batch_op:
        batch_op.create_index('ix_resource_scan_asked_at', ['asked_at'], unique=False)

