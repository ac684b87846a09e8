"""cloudtrail.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_resource',
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=128), nullable=False),
    sa.Column('name', sa.String(length=2048), nullable=False),
    sa.PrimaryKeyConstraint('sequence', 'place', name=op.f('pk_audit_resource'))
    )
    with op.batch_alter_table('audit_resource', schema=None) as batch_op:
        batch_op.create_index('ix_audit_resource_kind', ['account', 'region', 'kind', 'at', 'sequence'], unique=False)
        batch_op.create_index('ix_audit_resource_name', ['account', 'region', 'name', 'at', 'sequence'], unique=False)

    op.create_table('trail',
    sa.Column('arn', sa.String(length=256), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('members', sa.Text(), nullable=False),
    sa.Column('selectors', sa.Text(), nullable=False),
    sa.Column('insights', sa.Text(), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('logging', sa.Boolean(), nullable=False),
    sa.Column('organization', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('arn', name=op.f('pk_trail'))
    )
    with op.batch_alter_table('trail', schema=None) as batch_op:
        batch_op.create_index('ix_trail_account', ['account', 'arn'], unique=False)
        batch_op.create_index('ix_trail_logging', ['logging', 'arn'], unique=False)
        batch_op.create_index('ix_trail_organization', ['organization', 'arn'], unique=False)

    op.create_table('trail_digest',
    sa.Column('trail', sa.String(length=256), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('previous', sa.Text(), nullable=False),
    sa.Column('files', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('trail', 'account', 'region', name=op.f('pk_trail_digest'))
    )
    op.create_table('trail_key',
    sa.Column('fingerprint', sa.String(length=32), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('sealed_key', sa.LargeBinary(), nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_trail_key'))
    )
    with op.batch_alter_table('trail_key', schema=None) as batch_op:
        batch_op.create_index('ix_trail_key_region', ['region', 'starts_at'], unique=False)

    op.create_table('trail_pending',
    sa.Column('trail', sa.String(length=256), nullable=False),
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('trail', 'sequence', name=op.f('pk_trail_pending'))
    )
    op.create_table('trail_thing',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=128), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('parent', sa.String(length=64), nullable=False),
    sa.Column('members', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', 'kind', 'id', name=op.f('pk_trail_thing'))
    )
    with op.batch_alter_table('trail_thing', schema=None) as batch_op:
        batch_op.create_index('ix_trail_thing_parent', ['account', 'region', 'kind', 'parent', 'id'], unique=False)
        batch_op.create_index('ix_trail_thing_state', ['kind', 'name'], unique=False)

    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('region', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('username', sa.String(length=128), server_default='', nullable=False))
        batch_op.add_column(sa.Column('hash', sa.String(length=64), server_default='', nullable=False))
        batch_op.create_index('ix_audit_event_lookup_at', ['account', 'region', 'at', 'sequence'], unique=False, sqlite_where=sa.text("region <> ''"), postgresql_where=sa.text("region <> ''"))
        batch_op.create_index('ix_audit_event_lookup_service', ['account', 'region', 'service', 'operation', 'at', 'sequence'], unique=False, sqlite_where=sa.text("region <> ''"), postgresql_where=sa.text("region <> ''"))
        batch_op.create_index('ix_audit_event_lookup_username', ['account', 'region', 'username', 'at', 'sequence'], unique=False, sqlite_where=sa.text("region <> ''"), postgresql_where=sa.text("region <> ''"))
        batch_op.create_index('ix_audit_event_lookup_write', ['account', 'region', 'at', 'sequence'], unique=False, sqlite_where=sa.text("region <> '' AND read_only = false"), postgresql_where=sa.text("region <> '' AND read_only = false"))
