"""What requests of the services need, one row a request.

A row is the service, the operation, its parameters, and what must come out: for each requirement
the action, the resources, the condition keys, and how it was found (`exact` unless told).

A resource is an ARN without `arn:aws:`, in which `R` is the region, `A` the caller's account, `B`
another, `~` a part that is not known and `^` one unknown character. Left out everywhere are the keys
that every request of a service has.
"""

from gateway.mapping.cases import (
    compute,
    instances,
    messages,
    networks,
    objects,
    others,
    secrets,
    tables,
)

CASES = [
    *messages.CASES,
    *secrets.CASES,
    *compute.CASES,
    *instances.CASES,
    *networks.CASES,
    *tables.CASES,
    *objects.CASES,
    *others.CASES,
]
