"""Who can get to the rights of an administrator, and how: a search over principals and roles.

A way counts where each of its requests is allowed by all policies that apply to the caller, each
with what is free of its context. Ways that lead to another principal count where that is an
administrator or can get there itself, so the search goes backwards from the administrators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from doorward.analysis.account import trust
from doorward.analysis.account.effective import Effective, Reach, Verdict
from doorward.analysis.account.held import Held, Target
from doorward.analysis.account.paths import Path, Step, paths
from doorward.analysis.account.reach import Tell
from doorward.analysis.account.standing import Standing
from doorward.catalog import actions as catalogue
from doorward.catalog.globs import matches
from doorward.engine.request import PrincipalKind, Value

ADMINISTRATOR_ACCESS = "arn:{}:iam::aws:policy/AdministratorAccess"
ATTACHING = frozenset({"iam:attachuserpolicy", "iam:attachrolepolicy", "iam:attachgrouppolicy"})
VARIABLE = re.compile(r"\$\{[^}]*\}")
SERVICE_OF_GROUPS = "autoscaling.amazonaws.com"
KINDS = {"user": PrincipalKind.USER, "role": PrincipalKind.ROLE_SESSION}


@dataclass(frozen=True, slots=True)
class Taken:
    """One request of a way, with an example of what it is done on and with which context."""

    action: str
    resource: str
    context: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Finding:
    """A way that *principal* can take.

    Attributes:
        target: the ARN of what it makes an administrator, or of whom it acts as.
        distance: how many ways lead from the principal to administrators, this one included.
        taken: the requests.
        untold: why it is not certain; empty where it is.
        through: the ARN of what runs as the target, where that is known; empty where it is not.
    """

    principal: str
    path: Path
    target: str
    distance: int
    taken: tuple[Taken, ...]
    untold: str = ""
    through: str = ""

    @property
    def assumes(self) -> str | None:
        """What has to be so besides, and nobody told."""
        return self.path.besides if self.through else self.path.assumes


@dataclass(frozen=True, slots=True)
class Escalations:
    """All that was found, the shortest first, and who is an administrator already."""

    findings: tuple[Finding, ...]
    administrators: tuple[str, ...]

    def chain(self, finding: Finding) -> Iterator[Finding]:
        """*finding*, and the ways that its target can take, up to an administrator."""
        yield finding
        while finding.path.gain == "target" and finding.distance > 1:
            finding = next(
                one
                for one in self.findings
                if one.principal == finding.target and one.distance < finding.distance
            )
            yield finding


def escalations(held: Held, progress: Tell | None = None) -> Escalations:
    """The ways to the rights of an administrator in what is held."""
    return _Search(held, progress).run()


class _Search:
    def __init__(self, held: Held, progress: Tell | None) -> None:
        self.held = held
        self.effective = Effective(held)
        self.progress = progress
        self.found: dict[tuple[str, str], Finding] = {}
        self.services: dict[tuple[str, str], Reach] = {}
        everyone = held.standings.values()
        self.administrators = [one for one in everyone if one.administrator]
        # An administrator of one account may get to be one of another.
        several = len(held.accounts) > 1
        self.looking = [one for one in everyone if several or not one.administrator]

    def run(self) -> Escalations:
        """Search in rounds, each one way farther from the administrators."""
        near = self.administrators
        known = {one.arn for one in near}
        distance = 1
        while near or distance == 1:
            reached = []
            for who in self.looking:
                if self.progress is not None and distance == 1:
                    self.progress(1)
                if self._look(who, near, distance) and who.arn not in known:
                    reached.append(who)
            known |= {one.arn for one in reached}
            near, distance = reached, distance + 1
        found = sorted(self.found.values(), key=lambda one: (one.principal, one.distance))
        return Escalations(tuple(found), tuple(one.arn for one in self.administrators))

    def _look(self, who: Standing, near: Sequence[Standing], distance: int) -> bool:
        """Look for ways of *who* to one of *near*; whether there is any."""
        some = False
        for path in paths():
            if (who.arn, path.id) in self.found or path.needed & ~who.may:
                continue
            if path.caller is not None and KINDS[path.caller] is not who.principal.kind:
                continue
            if path.gain == "admin" and distance > 1:
                continue
            if who.administrator and not path.across:
                continue
            finding = self._path(who, path, near, distance)
            if finding is not None:
                self.found[who.arn, path.id] = finding
                some = True
        return some

    def _path(
        self, who: Standing, path: Path, near: Sequence[Standing], distance: int
    ) -> Finding | None:
        """The way, with the first target that it leads to for certain, or else perhaps."""
        perhaps = None
        for target in self._targets(who, path, near):
            for through in self._through(path, target):
                found = self._taken(who, path, target, through)
                if found is None:
                    continue
                finding = Finding(who.arn, path, target, distance, *found, through)
                if not finding.untold:
                    return finding
                perhaps = perhaps or finding
        return perhaps

    def _through(self, path: Path, target: str) -> Sequence[str]:
        """What runs as the role *target*; one that is empty where the way needs none, or untold."""
        if not path.existing or path.service is None:
            return [""]
        if (_account(target), path.service) not in self.held.running_told:
            return [""]
        return self.held.running.get((path.service, target), ())

    def _targets(self, who: Standing, path: Path, near: Sequence[Standing]) -> Iterator[str]:
        """What the way may be about."""
        unbounded = path.gain != "admin" or who.unbounded
        match path.target:
            case "self":
                yield from [who.arn] if unbounded else []
            case "own_policy":
                yield from who.managed if unbounded else ()
            case "own_group":
                yield from who.groups if unbounded else ()
            case "group":
                yield from self._groups(who)
            case "user" | "role":
                yield from self._others(who, path, near)

    def _others(self, who: Standing, path: Path, near: Sequence[Standing]) -> Iterator[str]:
        """The users or roles that the way may be about."""
        kind = KINDS[path.target]
        for one in near if path.gain == "target" else self.held.standings.values():
            # Nobody but its service changes or assumes a service-linked role.
            if one.principal.kind is not kind or one is who or one.principal.service_linked:
                continue
            if path.gain == "admin" and not one.unbounded:
                continue
            own = one.account == who.account
            if (own and who.administrator) or (not own and not path.across):
                continue
            yield one.arn

    def _groups(self, who: Standing) -> Iterator[str]:
        """The groups that would make *who* an administrator."""
        for arn, blocks in self.held.groups.items():
            if (
                _account(arn) == who.account
                and arn not in who.groups
                and any(one.grants for one in blocks)
            ):
                joined = replace(who, identity=(*who.identity, *blocks))
                if joined.administrator:
                    yield arn

    def _taken(
        self, who: Standing, path: Path, target: str, through: str
    ) -> tuple[tuple[Taken, ...], str] | None:
        """The requests of the way, and why it is not certain; None where it cannot be taken."""
        untold = ""
        if path.service is not None:
            entered = self._entered(target, path.service)
            if entered.verdict is Verdict.REFUSED:
                return None
            untold = entered.reason
        taken = []
        for step in path.steps:
            found = self._step(who, path, step, through if step.on == "any" else target)
            if found.verdict is Verdict.REFUSED:
                return None
            if not found.allowed:
                untold = untold or found.reason
            example = found.example
            if example is None:
                taken.append(Taken(step.action, "*", {}))
            else:
                taken.append(Taken(step.action, example.resource, example.context))
        return tuple(taken), untold

    def _entered(self, role: str, service: str) -> Reach:
        key = (role, service)
        if key not in self.services:
            self.services[key] = trust.lets_in(self.held.targets[role], service)
        return self.services[key]

    def _step(self, who: Standing, path: Path, step: Step, target: str) -> Reach:
        """Whether one request is allowed; of several that would do, the first that is."""
        refused = Reach(Verdict.REFUSED, reason="nothing to do it on")
        for resource in self._on(who, path, step, target):
            stands: Target | None = None
            if step.on == "trusted":
                stands = trust.naming(self.held, self.held.targets[resource], who.arn)
            for given in self._given(who, path, step):
                found = self.effective.allows(who, step.action, resource, given, stands)
                if found.verdict is not Verdict.REFUSED:
                    return found
                refused = found
        return refused

    def _on(self, who: Standing, path: Path, step: Step, target: str) -> Sequence[str]:
        match step.on:
            case "self":
                return [who.arn]
            case "policy" if path.target == "role":
                return self.held.standings[target].managed
            case "any":
                return [target if target and _works_on(step.action, target) else "*"]
            case _:
                return [target]

    def _given(self, who: Standing, path: Path, step: Step) -> Sequence[Mapping[str, str]]:
        """What is certain of the context of a step; several where any of them will do."""
        action = step.action.lower()
        if action == "iam:passrole" and path.service:
            return [{"iam:passedtoservice": path.service}]
        if action == "iam:createservicelinkedrole":
            return [{"iam:awsservicename": SERVICE_OF_GROUPS}]
        if action in ATTACHING:
            partition = who.arn.split(":")[1]
            own = (one for one in self.held.wide if _account(one) == who.account)
            wide = [ADMINISTRATOR_ACCESS.format(partition), *own]
            return [{"iam:policyarn": one} for one in wide]
        return [{}]


def _works_on(action: str, arn: str) -> bool:
    """Whether *action* is authorized on resources like *arn*."""
    found = catalogue.find(action)
    if found is None:
        return False
    kinds = (catalogue.resource_type(found.service, one.name) for one in found.resource_types)
    return any(one is not None and matches(VARIABLE.sub("*", one.arn), arn) for one in kinds)


def _account(arn: str) -> str:
    return arn.split(":")[4]
