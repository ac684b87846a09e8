"""s3.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('bucket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('object_lock', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('payer', sa.String(length=16), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('abac', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('object', schema=None) as batch_op:
        batch_op.add_column(sa.Column('retention', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('legal_hold', sa.String(length=3), nullable=False, server_default=''))

    op.create_table('bucket_configuration',
    sa.Column('bucket', sa.String(length=63), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('bucket', 'kind', 'id', name=op.f('pk_bucket_configuration'))
    )
    op.create_table('access_point',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('bucket', sa.String(length=63), nullable=False),
    sa.Column('bucket_account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('alias', sa.String(length=63), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('vpc', sa.String(length=64), nullable=False),
    sa.Column('public_access_block', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'name', name=op.f('pk_access_point'))
    )
    with op.batch_alter_table('access_point', schema=None) as batch_op:
        batch_op.create_index('ix_access_point_alias', ['alias'], unique=True)
        batch_op.create_index('ix_access_point_bucket_account_name', ['bucket', 'account', 'name'], unique=False)

    op.create_table('account_public_access_block',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', name=op.f('pk_account_public_access_block'))
    )
