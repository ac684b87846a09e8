"""credentials.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_report',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('owner', sa.String(length=256), nullable=False),
    sa.Column('request', sa.String(length=2100), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_report'))
    )
    with op.batch_alter_table('access_report', schema=None) as batch_op:
        batch_op.create_index('ix_access_report_account', ['account', 'created_at'], unique=False)

    op.create_table('account_contact',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('members', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'kind', name=op.f('pk_account_contact'))
    )
    op.create_table('account_region',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=50), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'region', name=op.f('pk_account_region'))
    )
    op.create_table('delegation_request',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('requestor', sa.String(length=12), nullable=False),
    sa.Column('workflow_id', sa.String(length=400), nullable=False),
    sa.Column('description', sa.String(length=1000), nullable=False),
    sa.Column('permissions', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('channel', sa.String(length=400), nullable=False),
    sa.Column('duration_seconds', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('owner_account', sa.String(length=12), nullable=True),
    sa.Column('owner_arn', sa.String(length=2048), nullable=True),
    sa.Column('owner_id', sa.String(length=256), nullable=True),
    sa.Column('approver', sa.Text(), nullable=True),
    sa.Column('message', sa.String(length=200), nullable=True),
    sa.Column('redirect_url', sa.String(length=255), nullable=True),
    sa.Column('only_send_by_owner', sa.Boolean(), nullable=False),
    sa.Column('notes', sa.String(length=500), nullable=True),
    sa.Column('rejection_reason', sa.String(length=500), nullable=True),
    sa.Column('sent_at', sa.BigInteger(), nullable=True),
    sa.Column('token_digest', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation_request')),
    sa.UniqueConstraint('requestor', 'workflow_id', name=op.f('uq_delegation_request_requestor_workflow_id')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_delegation_request_token_digest'))
    )
    with op.batch_alter_table('delegation_request', schema=None) as batch_op:
        batch_op.create_index('ix_delegation_request_owner_account', ['owner_account', 'id'], unique=False)

    op.create_table('deletion_task',
    sa.Column('id', sa.String(length=1000), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('used_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deletion_task'))
    )
    with op.batch_alter_table('deletion_task', schema=None) as batch_op:
        batch_op.create_index('ix_deletion_task_account', ['account', 'created_at'], unique=False)

    op.create_table('organization_root_feature',
    sa.Column('organization_id', sa.String(length=34), nullable=False),
    sa.Column('feature', sa.String(length=32), nullable=False),
    sa.Column('enabled_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('organization_id', 'feature', name=op.f('pk_organization_root_feature'))
    )
    op.create_table('server_certificate',
    sa.Column('id', sa.String(length=21), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('name_key', sa.String(length=128), nullable=False),
    sa.Column('path', sa.String(length=512), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('chain', sa.Text(), nullable=True),
    sa.Column('uploaded_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_server_certificate')),
    sa.UniqueConstraint('account', 'name_key', name=op.f('uq_server_certificate_account_name_key'))
    )
    op.create_table('service_credential',
    sa.Column('id', sa.String(length=21), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.String(length=21), nullable=False),
    sa.Column('service', sa.String(length=128), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_credential'))
    )
    with op.batch_alter_table('service_credential', schema=None) as batch_op:
        batch_op.create_index('ix_service_credential_account', ['account', 'id'], unique=False)
        batch_op.create_index('ix_service_credential_user_id', ['account', 'user_id', 'id'], unique=False)

    op.create_table('signing_certificate',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.String(length=21), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('uploaded_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_certificate')),
    sa.UniqueConstraint('account', 'fingerprint', name=op.f('uq_signing_certificate_account_fingerprint'))
    )
    with op.batch_alter_table('signing_certificate', schema=None) as batch_op:
        batch_op.create_index('ix_signing_certificate_user_id', ['account', 'user_id', 'id'], unique=False)

    op.create_table('ssh_public_key',
    sa.Column('id', sa.String(length=21), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.String(length=21), nullable=False),
    sa.Column('fingerprint', sa.String(length=48), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('uploaded_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ssh_public_key')),
    sa.UniqueConstraint('account', 'user_id', 'fingerprint', name=op.f('uq_ssh_public_key_account_user_id_fingerprint'))
    )
    op.create_table('web_identity_issuer',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('url', sa.String(length=512), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', name=op.f('pk_web_identity_issuer')),
    sa.UniqueConstraint('id', name=op.f('uq_web_identity_issuer_id'))
    )
    op.create_table('web_identity_key',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('algorithm', sa.String(length=8), nullable=False),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('sealed_key', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_identity_key'))
    )
    with op.batch_alter_table('web_identity_key', schema=None) as batch_op:
        batch_op.create_index('ix_web_identity_key_account', ['account', 'algorithm', 'created_at'], unique=False)

    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('principal_id', sa.String(length=64), server_default='', nullable=False))
        batch_op.create_index('ix_audit_event_principal_id', ['account', 'principal_id', 'service', 'operation', 'at'], unique=False)
