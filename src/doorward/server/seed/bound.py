"""Policies of a seed that name principals, bound to the unique ids of those."""

from sqlalchemy import Connection

from doorward.base.errors import BadInput
from doorward.server.seed.model import Document
from doorward.store import principals
from doorward.store.principals import UnknownPrincipal


def bound(db: Connection, document: Document) -> str:
    """*document* with its users and roles as unique ids.

    Raises:
        BadInput: one of them is not there.
    """
    try:
        return principals.to_ids(db, document.text)
    except UnknownPrincipal as error:
        problem = f"names the principal `{error.value}`, which does not exist"
        raise BadInput(document.where, problem, "add it to the file") from error
