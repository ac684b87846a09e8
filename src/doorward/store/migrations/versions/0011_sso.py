"""sso.

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account_assignment',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('permission_set_id', sa.String(length=19), nullable=False),
    sa.Column('target', sa.String(length=12), nullable=False),
    sa.Column('principal_type', sa.String(length=5), nullable=False),
    sa.Column('principal_id', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('permission_set_id', 'target', 'principal_type', 'principal_id', name=op.f('pk_account_assignment'))
    )
    with op.batch_alter_table('account_assignment', schema=None) as batch_op:
        batch_op.create_index('ix_account_assignment_principal_id', ['account', 'principal_id', 'target', 'permission_set_id', 'principal_type'], unique=False)

    op.create_table('identity_store_group',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_key', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.Column('created_by', sa.String(length=2048), nullable=False),
    sa.Column('updated_by', sa.String(length=2048), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_store_group')),
    sa.UniqueConstraint('account', 'name_key', name=op.f('uq_identity_store_group_account_name_key'))
    )
    with op.batch_alter_table('identity_store_group', schema=None) as batch_op:
        batch_op.create_index('ix_identity_store_group_id', ['account', 'id'], unique=False)

    op.create_table('identity_store_membership',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('group_id', sa.String(length=36), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('created_by', sa.String(length=2048), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_store_membership')),
    sa.UniqueConstraint('account', 'group_id', 'user_id', name=op.f('uq_identity_store_membership_account_group_id_user_id'))
    )
    with op.batch_alter_table('identity_store_membership', schema=None) as batch_op:
        batch_op.create_index('ix_identity_store_membership_user_id', ['account', 'user_id', 'group_id'], unique=False)

    op.create_table('identity_store_password',
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('password_hash', sa.String(length=256), nullable=False),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.Column('reset_required', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_identity_store_password'))
    )
    with op.batch_alter_table('identity_store_password', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_store_password_account'), ['account'], unique=False)

    op.create_table('identity_store_user',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('name_key', sa.String(length=256), nullable=False),
    sa.Column('email_key', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.Column('created_by', sa.String(length=2048), nullable=False),
    sa.Column('updated_by', sa.String(length=2048), nullable=False),
    sa.Column('attributes', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_store_user')),
    sa.UniqueConstraint('account', 'name_key', name=op.f('uq_identity_store_user_account_name_key'))
    )
    with op.batch_alter_table('identity_store_user', schema=None) as batch_op:
        batch_op.create_index('ix_identity_store_user_email_key', ['account', 'email_key'], unique=False)
        batch_op.create_index('ix_identity_store_user_id', ['account', 'id'], unique=False)

    op.create_table('permission_set',
    sa.Column('id', sa.String(length=19), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('session_duration', sa.String(length=100), nullable=False),
    sa.Column('description', sa.String(length=700), nullable=True),
    sa.Column('relay_state', sa.String(length=240), nullable=True),
    sa.Column('managed', sa.Text(), nullable=False),
    sa.Column('customer_managed', sa.Text(), nullable=False),
    sa.Column('inline_policy', sa.Text(), nullable=True),
    sa.Column('boundary', sa.String(length=2048), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_permission_set')),
    sa.UniqueConstraint('account', 'name', name=op.f('uq_permission_set_account_name'))
    )
    with op.batch_alter_table('permission_set', schema=None) as batch_op:
        batch_op.create_index('ix_permission_set_id', ['account', 'id'], unique=False)

    op.create_table('permission_set_provision',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('permission_set_id', sa.String(length=19), nullable=False),
    sa.Column('target', sa.String(length=12), nullable=False),
    sa.Column('role_id', sa.String(length=21), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('permission_set_id', 'target', name=op.f('pk_permission_set_provision'))
    )
    with op.batch_alter_table('permission_set_provision', schema=None) as batch_op:
        batch_op.create_index('ix_permission_set_provision_role_id', ['target', 'role_id'], unique=False)
        batch_op.create_index('ix_permission_set_provision_target', ['account', 'target', 'permission_set_id'], unique=False)

    op.create_table('sso_device',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('user_code', sa.String(length=64), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('client', sa.String(length=64), nullable=False),
    sa.Column('client_name', sa.String(length=256), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=7), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=True),
    sa.Column('polled_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sso_device')),
    sa.UniqueConstraint('user_code', name=op.f('uq_sso_device_user_code'))
    )
    with op.batch_alter_table('sso_device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sso_device_account'), ['account'], unique=False)
        batch_op.create_index(batch_op.f('ix_sso_device_expires_at'), ['expires_at'], unique=False)

    op.create_table('sso_instance',
    sa.Column('id', sa.String(length=23), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('identity_store_id', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sso_instance')),
    sa.UniqueConstraint('account', name=op.f('uq_sso_instance_account')),
    sa.UniqueConstraint('identity_store_id', name=op.f('uq_sso_instance_identity_store_id'))
    )
    op.create_table('sso_request',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=9), nullable=False),
    sa.Column('status', sa.String(length=11), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('members', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sso_request'))
    )
    with op.batch_alter_table('sso_request', schema=None) as batch_op:
        batch_op.create_index('ix_sso_request_created_at', ['account', 'created_at'], unique=False)
        batch_op.create_index('ix_sso_request_kind', ['account', 'kind', 'id'], unique=False)

    op.create_table('sso_session',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.String(length=36), nullable=False),
    sa.Column('client', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('refreshed', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sso_session'))
    )
    with op.batch_alter_table('sso_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sso_session_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index('ix_sso_session_user_id', ['account', 'user_id'], unique=False)

