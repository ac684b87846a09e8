"""Subjects: who came by with a certificate. They are written when a session is asked for.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.rolesanywhere import keeping, resources, shapes
from doorward.services.rolesanywhere.errors import ResourceNotFound
from doorward.services.rolesanywhere.service import rolesanywhere
from doorward.store import rolesanywhere as store


@rolesanywhere.operation(on=resources.subject)
def get_subject(ctx: Context, *, subject_id: str) -> Output:
    """Show a subject with the certificates that it came with.

    Raises:
        ResourceNotFound: there is none.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_GetSubject.html
    """
    found = store.subject(ctx.db, ctx.account, ctx.facts.region, subject_id)
    if found is None:
        raise ResourceNotFound(resources.SUBJECT)
    return {"subject": shapes.subject(ctx, found)}


@rolesanywhere.operation(on=resources.everything)
def list_subjects(
    ctx: Context, *, next_token: str | None = None, page_size: int | None = None
) -> Output:
    """List the subjects of the Region.

    Raises:
        ValidationException: the token was not made for this list.

    https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListSubjects.html
    """
    found = store.subjects(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        after=keeping.start(ctx, resources.SUBJECT, next_token),
        limit=keeping.size(page_size),
    )
    shown = [shapes.subject_summary(ctx, row) for row in found.items]
    return {"subjects": shown} | keeping.end(ctx, resources.SUBJECT, found)
