"""policy generation.

Revision 0020, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('policy_generation',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('region', sa.String(length=32), nullable=False),
    sa.Column('principal', sa.String(length=700), nullable=False),
    sa.Column('token', sa.String(length=256), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('completed_at', sa.BigInteger(), nullable=True),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_generation'))
    )
    with op.batch_alter_table('policy_generation', schema=None) as batch_op:
        batch_op.create_index('ix_policy_generation_principal', ['account', 'region', 'principal', 'started_at', 'id'], unique=False)
        batch_op.create_index('ix_policy_generation_started', ['account', 'region', 'started_at', 'id'], unique=False)
        batch_op.create_index('ix_policy_generation_status', ['status', 'account', 'region'], unique=False)
        batch_op.create_index('ix_policy_generation_token', ['account', 'region', 'token'], unique=False)
