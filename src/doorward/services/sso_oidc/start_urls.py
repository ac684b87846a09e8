"""Which instance a start URL is of: the one whose id, or identity store's id, is a part of it.

So AWS's own `https://d-1234567890.awsapps.com/start` works as well as
`http://127.0.0.1:4566/start/d-1234567890`: clients never open it.
"""

import re

from doorward.services.context import Context
from doorward.services.sso_oidc.errors import InvalidRequest
from doorward.store import sso_instances
from doorward.store.tables.sso_instance import SsoInstance

STORE = re.compile(r"(?<![A-Za-z0-9-])d-[0-9a-f]{10}(?![A-Za-z0-9-])")
INSTANCE = re.compile(r"(?<![A-Za-z0-9-])ssoins-[0-9a-f]{16}(?![A-Za-z0-9-])")
CHARACTERS = 2_048


def instance(ctx: Context, start_url: str) -> SsoInstance:
    """The instance of *start_url*.

    Raises:
        InvalidRequest: it names none that is there, or more than one.
    """
    text = start_url[:CHARACTERS]
    stores, instances = set(STORE.findall(text)), set(INSTANCE.findall(text))
    found = None
    if len(stores) + len(instances) == 1:
        found = (
            sso_instances.of_store(ctx.db, stores.pop())
            if stores
            else sso_instances.find(ctx.db, instances.pop())
        )
    if found is None:
        raise InvalidRequest("Start URL is not that of an instance of IAM Identity Center")
    return found
