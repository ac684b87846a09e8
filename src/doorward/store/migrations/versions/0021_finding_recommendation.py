"""finding recommendation.

Revision 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('finding_recommendation',
    sa.Column('account', sa.String(length=12), nullable=False),
    sa.Column('analyzer', sa.String(length=36), nullable=False),
    sa.Column('finding', sa.String(length=36), nullable=False),
    sa.Column('resource', sa.String(length=2048), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('completed_at', sa.BigInteger(), nullable=True),
    sa.Column('steps', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'analyzer', 'finding', name=op.f('pk_finding_recommendation'))
    )
