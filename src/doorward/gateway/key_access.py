"""Keys of KMS that Doorward's own S3 uses in the caller's name: their policies, from the gateway.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from dataclasses import replace

from doorward.authz.access import Access, RequestFacts
from doorward.base.arn import Arn
from doorward.engine.match import is_template
from doorward.gateway import managed_keys
from doorward.gateway.lookups import Lookups
from doorward.gateway.mapping import How, Place, Requirement, keys
from doorward.gateway.mapping.call import Call
from doorward.gateway.memory import UNTOLD
from doorward.gateway.plan import policy_of
from doorward.gateway.sources import Sources, Unknown
from doorward.gateway.unread import keys as keys_of


class KeyUnknown(Exception):
    """The key of *access* has to be asked for, and there is no time for that here."""

    def __init__(self, access: Access) -> None:
        super().__init__(access.resource)
        self.access = access


def used(
    sources: Sources, access: Access, facts: RequestFacts, account: str, *, ask: bool
) -> Access:
    """*access* to a key, with the key's policy and tags, and on the key where it names an alias.

    Raises:
        KeyUnknown: an upstream has to be asked, and *ask* is False.
        UpstreamUnavailable: it does not tell.
    """
    if not sources.upstreams.answers("kms"):
        return access
    try:
        return _used(sources, access, facts, account, ask=ask)
    except Unknown as error:
        raise KeyUnknown(access) from error


def _used(
    sources: Sources, access: Access, facts: RequestFacts, account: str, *, ask: bool
) -> Access:
    resource = managed_keys.behind(access.resource)
    if resource is None:
        place = Place(account, facts.region, facts.partition)
        call = Call("s3", "", {}, place, Lookups(sources, lambda _: None, ask=ask))
        resource = keys.key(call, access.resource)
    one = Requirement(access.action, (resource,), ("key",), access.context, How.EXACT, "s3")
    managed = managed_keys.policy(one, resource)
    if managed is not None:
        return replace(access, resource=resource, policy=managed)
    arn = Arn.parse(resource)
    told = arn is not None and not is_template(resource)
    known = sources.known("kms", arn, ask=ask) if arn and told else UNTOLD
    policy = policy_of(known, resource, account, facts.partition, "")
    context = {**keys_of(one, resource, "key", known, ""), **access.context}
    return replace(access, resource=resource, policy=policy, tags=known.tags, context=context)
