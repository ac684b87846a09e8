"""A template being deployed: its resources in order, each resolved when its turn comes."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from doorward.base.errors import AwsError
from doorward.services.cloudformation import loading, masks, reading
from doorward.services.cloudformation.engine.calls import spelled
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import Failed, Run
from doorward.services.cloudformation.engine.work import Plan, facts_of
from doorward.services.cloudformation.template import bounds, graph, transform
from doorward.services.cloudformation.template.document import Resource
from doorward.services.cloudformation.template.dynamic import DynamicReference
from doorward.services.cloudformation.template.errors import ValidationError
from doorward.services.cloudformation.template.parameters import bind
from doorward.services.cloudformation.template.pseudo import UNKNOWN, Pseudo
from doorward.services.cloudformation.template.resolve import ResolvedOutput, Resolver
from doorward.store import stack_exports
from doorward.store.tables.stack import StackImport

SECRET_ATTRIBUTES = frozenset({"SecretAccessKey"})
NO_ECHO = "doorward:no-echo"
"""An attribute of what shows none of the others."""


class Deployment:
    """*plan* for the stack of *run*; what resources give is read from its rows.

    Attributes:
        order: the logical ids, each after those that it needs.
        needs: the logical ids that each one needs.
        imported: the names of the exports that were asked for so far.

    Raises:
        Failed: the template cannot be resolved.
    """

    def __init__(self, run: Run, plan: Plan) -> None:
        self.run = run
        self.plan = plan
        self.imported: set[str] = set()
        try:
            template = loading.parsed(plan.template)
            stored = {plan.texts[name]: value for name, value in plan.resolved.items()}
            bound = bind(template, plan.texts, from_store=stored.get if stored else None)
            place = pseudo(run, plan)
            expanded = transform.apply(template, bound, place, self._include)
            self.resolver = Resolver(
                expanded, bound, place, self._export, self._attribute, self._look_up
            )
            self.order = [name for layer in self.resolver.order() for name in layer]
            self.needs = graph.references(self.resolver.template, self.resolver.conditions)
        except AwsError as error:
            raise Failed(f"{error.message.rstrip('.')}. Rollback requested by user.") from error

    @property
    def resources(self) -> Mapping[str, Resource]:
        """The resources in force."""
        return self.resolver.resources

    def properties(self, logical_id: str) -> dict[str, Any]:
        """The properties of a resource, everything that it needs being there.

        Raises:
            Failed: a function has no value.
        """
        found: dict[str, Any] = self._resolved(lambda: self.resolver.properties(logical_id))
        return found

    def shown(self, logical_id: str) -> dict[str, Any]:
        """The properties of a resource as events show them.

        Raises:
            Failed: a function has no value.
        """
        found = self._resolved(lambda: self.resolver.properties(logical_id, masked=True))
        return masks.shown(found, self._secrets()) or {}

    def described(self, logical_id: str) -> dict[str, Any]:
        """What a row keeps of a resource besides its properties.

        Raises:
            Failed: a function has no value.
        """

        def found() -> dict[str, Any]:
            deletion, replacing = self.resolver.policy(logical_id)
            return {
                "needs": sorted(self.needs[logical_id]),
                "deletion_policy": deletion,
                "update_replace_policy": replacing,
                "metadata": self.resolver.metadata(logical_id),
                "creation_policy": self.resources[logical_id].creation_policy,
            }

        described: dict[str, Any] = self._resolved(found)
        return described

    def outputs(self) -> dict[str, ResolvedOutput]:
        """The outputs, every resource being there.

        Raises:
            Failed: one has no value.
        """
        found: dict[str, ResolvedOutput] = self._resolved(self.resolver.outputs)
        return found

    def _resolved(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except AwsError as error:
            raise Failed(f"{error.message.rstrip('.')}. Rollback requested by user.") from error

    def _secrets(self) -> list[str]:
        """Values of attributes that nobody is to see in an event."""
        return [
            str(value)
            for row in self.run.rows.values()
            for name, value in row.attributes.items()
            if name in SECRET_ATTRIBUTES or row.attributes.get(NO_ECHO)
        ]

    def _attribute(self, logical_id: str, attribute: str | None) -> object:
        row: Row | None = self.run.rows.get(logical_id)
        if row is None or not row.there:
            return UNKNOWN
        if attribute is None:
            return row.resource.physical_id
        if attribute not in row.attributes:
            raise ValidationError(
                f"Resource type {row.resource.type} does not support attribute {{{attribute}}}"
            )
        return row.attributes[attribute]

    def _export(self, name: str) -> str | None:
        """The value of an export; the stack imports it from now on."""
        stack = self.run.stack

        def job(db: Connection) -> str | None:
            found = stack_exports.find(db, stack.account, stack.region, name)
            if found is None or found.stack == stack.id:
                return None
            stack_exports.note_import(db, StackImport(stack.account, stack.region, name, stack.id))
            return self.run.host.secrets.open(
                found.value, account=stack.account, id=f"{stack.region}/{name}", kind="stack export"
            )

        self.imported.add(name)
        return self.run.host.write(job)

    def _include(self, url: str) -> str:
        """A fragment that the template includes, as `s3://bucket/key`."""
        bucket, _, key = url.removeprefix("s3://").partition("/")
        found = _call(self.run, "s3", "get_object", {"bucket": bucket, "key": key})
        return reading.bytes_of(found.get("Body"), bounds.URL_BYTES).decode(errors="replace")

    def _look_up(self, reference: DynamicReference) -> str:
        return look_up(self.run, reference)


def pseudo(run: Run, plan: Plan) -> Pseudo:
    """The pseudo parameters of the stack of *run*."""
    stack = run.stack
    return Pseudo(
        stack.account,
        stack.region,
        stack.name,
        stack.id,
        run.work.facts["partition"],
        tuple(plan.notification_arns),
    )


def look_up(run: Run, reference: DynamicReference) -> str:
    """What a dynamic reference stands for, read in the name of whoever deploys.

    Raises:
        AwsError: the service refuses.
        ValidationError: there is no such key in the secret.
    """
    name = reference.name
    if reference.service == "secretsmanager":
        given: dict[str, Any] = {
            "secret_id": name,
            "version_stage": reference.version_stage,
            "version_id": reference.version_id,
        }
        found = _call(run, "secretsmanager", "get_secret_value", given)["SecretString"]
        return _member(found, reference.json_key, name)
    full = f"{name}:{reference.version}" if reference.version else name
    secure = reference.service == "ssm-secure"
    given = {"name": full, "with_decryption": secure}
    value: str = _call(run, "ssm", "get_parameter", given)["Parameter"]["Value"]
    return value


def _call(run: Run, service: str, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    name, parameters = spelled(service, operation, given)
    host = run.host
    return host.forward(
        run.caller(),
        facts_of(run.work.facts),
        service,
        name,
        parameters,
        request_id=host.ids.request_id(),
        also=None,
    )


def _member(text: str, key: str | None, name: str) -> str:
    if key is None:
        return text
    try:
        found = json.loads(text)[key]
    except (ValueError, KeyError, TypeError) as error:
        raise ValidationError(
            f"Could not find a value associated with JSONKey in SecretString of {name}"
        ) from error
    return found if isinstance(found, str) else json.dumps(found)
