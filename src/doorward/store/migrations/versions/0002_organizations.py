"""organizations.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account_creation',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('organization_id', sa.String(length=34), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('requested_at', sa.BigInteger(), nullable=False),
    sa.Column('completed_at', sa.BigInteger(), nullable=True),
    sa.Column('account', sa.String(length=12), nullable=True),
    sa.Column('govcloud_account', sa.String(length=12), nullable=True),
    sa.Column('failure', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_creation'))
    )
    with op.batch_alter_table('account_creation', schema=None) as batch_op:
        batch_op.create_index('ix_account_creation_organization_id', ['organization_id', 'id'], unique=False)

    op.create_table('delegated_administrator',
    sa.Column('organization_id', sa.String(length=34), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('service', sa.String(length=128), nullable=False),
    sa.Column('enabled_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('organization_id', 'account', 'service', name=op.f('pk_delegated_administrator'))
    )
    with op.batch_alter_table('delegated_administrator', schema=None) as batch_op:
        batch_op.create_index('ix_delegated_administrator_service', ['organization_id', 'service', 'account'], unique=False)

    op.create_table('organization_handshake',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('organization_id', sa.String(length=34), nullable=False),
    sa.Column('management_account', sa.String(length=12), nullable=False),
    sa.Column('action', sa.String(length=48), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('feature_set', sa.String(length=24), nullable=False),
    sa.Column('party_type', sa.String(length=16), nullable=False),
    sa.Column('party_id', sa.String(length=64), nullable=False),
    sa.Column('requested_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
    sa.Column('parent_id', sa.String(length=34), nullable=True),
    sa.Column('ended_at', sa.BigInteger(), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization_handshake'))
    )
    with op.batch_alter_table('organization_handshake', schema=None) as batch_op:
        batch_op.create_index('ix_organization_handshake_account', ['account', 'id'], unique=False)
        batch_op.create_index('ix_organization_handshake_organization_id', ['organization_id', 'id'], unique=False)
        batch_op.create_index('ix_organization_handshake_parent_id', ['parent_id', 'id'], unique=False)
        batch_op.create_index('ix_organization_handshake_party_id', ['party_id', 'id'], unique=False)

    op.create_table('organization_resource_policy',
    sa.Column('organization_id', sa.String(length=34), nullable=False),
    sa.Column('id', sa.String(length=131), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('organization_id', name=op.f('pk_organization_resource_policy'))
    )

    op.create_table('responsibility_transfer',
    sa.Column('id', sa.String(length=35), nullable=False),
    sa.Column('organization_id', sa.String(length=34), nullable=False),
    sa.Column('management_account', sa.String(length=12), nullable=False),
    sa.Column('source_account', sa.String(length=12), nullable=True),
    sa.Column('source_email', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('starts_at', sa.BigInteger(), nullable=False),
    sa.Column('handshake_id', sa.String(length=34), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_responsibility_transfer')),
    sa.UniqueConstraint('handshake_id', name=op.f('uq_responsibility_transfer_handshake_id'))
    )
    with op.batch_alter_table('responsibility_transfer', schema=None) as batch_op:
        batch_op.create_index('ix_responsibility_transfer_management_account', ['management_account', 'id'], unique=False)
        batch_op.create_index('ix_responsibility_transfer_source_account', ['source_account', 'id'], unique=False)

    op.create_table('trusted_service',
    sa.Column('organization_id', sa.String(length=34), nullable=False),
    sa.Column('service', sa.String(length=128), nullable=False),
    sa.Column('enabled_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('organization_id', 'service', name=op.f('pk_trusted_service'))
    )

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name', sa.String(length=128), nullable=True))
        batch_op.add_column(sa.Column('email', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('email_key', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('closed_at', sa.BigInteger(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_account_email_key'), ['email_key'])

    # An account keeps its name and e-mail address when it leaves an organization.
    op.execute(
        "UPDATE account SET "
        "name = (SELECT m.name FROM member_account m WHERE m.account = account.id), "
        "email = (SELECT m.email FROM member_account m WHERE m.account = account.id), "
        "email_key = (SELECT lower(m.email) FROM member_account m WHERE m.account = account.id) "
        "WHERE id IN (SELECT account FROM member_account)"
    )

    with op.batch_alter_table('member_account', schema=None) as batch_op:
        batch_op.drop_column('state')
        batch_op.drop_column('name')
        batch_op.drop_column('email')

    with op.batch_alter_table('organization', schema=None) as batch_op:
        batch_op.add_column(sa.Column('root_tags', sa.Text(), server_default='{}', nullable=False))

    with op.batch_alter_table('organization_policy', schema=None) as batch_op:
        batch_op.add_column(sa.Column('updated_at', sa.BigInteger(), nullable=True))
