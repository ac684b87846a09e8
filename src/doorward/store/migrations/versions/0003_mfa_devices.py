"""mfa_devices.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mfa_device',
    sa.Column('serial', sa.String(length=256), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=256), nullable=False),
    sa.Column('name_key', sa.String(length=256), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.String(length=21), nullable=True),
    sa.Column('sealed_seed', sa.LargeBinary(), nullable=True),
    sa.Column('enabled_at', sa.BigInteger(), nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.Column('drift', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.BigInteger(), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('certifications', sa.Text(), nullable=False),
    sa.Column('credential', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('serial', name=op.f('pk_mfa_device')),
    sa.UniqueConstraint('account', 'name_key', name=op.f('uq_mfa_device_account_name_key'))
    )
    with op.batch_alter_table('mfa_device', schema=None) as batch_op:
        batch_op.create_index('ix_mfa_device_user_id', ['account', 'user_id'], unique=False)

    op.create_table('spent_token',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spent_token'))
    )
    with op.batch_alter_table('spent_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spent_token_expires_at'), ['expires_at'], unique=False)

    op.create_table('sign_in_failure',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('user_id', sa.String(length=21), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('account', 'user_id', name=op.f('pk_sign_in_failure'))
    )
