"""What Alembic runs: the revisions, on the connection that was handed in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from doorward.store import schema
from doorward.store.tables.columns import Json, Moment


def rendered(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Our own column types as the plain ones they are kept in.

    A revision must not change its meaning when the code does.
    """
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.complete(),
    render_as_batch=True,
    render_item=rendered,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
