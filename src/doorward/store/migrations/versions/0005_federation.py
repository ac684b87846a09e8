"""federation.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('open_id_connect_provider', schema=None) as batch_op:
        batch_op.add_column(sa.Column('plain', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('propagation', sa.Text(), nullable=False, server_default='{}'))

    op.create_table('saml_provider',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('uuid', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('valid_until', sa.BigInteger(), nullable=False),
    sa.Column('entities', sa.Text(), nullable=False),
    sa.Column('encryption', sa.String(length=8), nullable=True),
    sa.Column('tags', sa.Text(), nullable=False),
    sa.Column('propagation', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'name', name=op.f('pk_saml_provider'))
    )
    op.create_table('saml_metadata',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('provider', sa.String(length=128), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'provider', name=op.f('pk_saml_metadata'))
    )
    op.create_table('saml_private_key',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('provider', sa.String(length=128), nullable=False),
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'provider', 'id', name=op.f('pk_saml_private_key'))
    )
