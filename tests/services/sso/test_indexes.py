"""No operation of Identity Center reads a whole table."""

from typing import Any

from sqlalchemy.engine import Connection

from doorward.server.dispatch import registry
from server import rows, rows_sso
from server.place import Place
from server.things import called
from store import plans

SERVICES = ("identitystore", "sso", "sso-admin", "sso-oidc")
# One row an account, or one for the whole server.
SMALL = ("property", "organization", "member_account", "delegated_administrator", "account")


def test_every_query_uses_an_index(monkeypatch: Any) -> None:
    place = Place()
    try:
        side = place.side()
        rows_sso.instance(side)
        seen: list[plans.Scan] = []
        asked: list[int] = []
        for (service, name), operation in sorted(registry().items()):
            if service not in SERVICES:
                continue
            handler = operation.handler

            def watched(ctx: Any, *given: Any, handler: Any = handler, **more: Any) -> Any:
                db: Connection = ctx.db
                with plans.watched(db) as statements:
                    output = handler(ctx, *given, **more)
                asked.append(len(statements))
                seen.extend(plans.scans(db, statements, small=SMALL))
                return output

            if name in {"CreateInstance", "DeleteInstance"}:
                continue
            call = called(rows.row((service, name)), side)
            changed = object.__new__(type(operation))
            for field in operation.__slots__:
                value = watched if field == "handler" else getattr(operation, field)
                object.__setattr__(changed, field, value)
            with monkeypatch.context() as patched:
                patched.setitem(registry(), (service, name), changed)
                answer = side.place_call(service, name, call.parameters, side.admin)
            assert answer.status < 400, (name, answer)
        assert sum(asked) > 100
        assert seen == []
    finally:
        place.close()
