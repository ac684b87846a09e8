"""rolesanywhere.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rolesanywhere_resource',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.Column('alias', sa.String(length=256), nullable=True),
    sa.Column('anchor', sa.String(length=36), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'kind', 'id', name=op.f('pk_rolesanywhere_resource'))
    )
    with op.batch_alter_table('rolesanywhere_resource', schema=None) as batch_op:
        batch_op.create_index('ix_rolesanywhere_resource_alias', ['account', 'region', 'kind', 'alias'], unique=True)
        batch_op.create_index('ix_rolesanywhere_resource_anchor', ['account', 'region', 'anchor'], unique=False)

    op.create_table('rolesanywhere_subject',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('x509_subject', sa.String(length=4096), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.Column('last_seen_at', sa.BigInteger(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('credentials', sa.Text(), nullable=False),
    sa.Column('properties', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'id', name=op.f('pk_rolesanywhere_subject'))
    )
    with op.batch_alter_table('rolesanywhere_subject', schema=None) as batch_op:
        batch_op.create_index('ix_rolesanywhere_subject_digest', ['account', 'region', 'digest'], unique=True)
