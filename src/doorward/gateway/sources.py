"""What the gateway asks of the services behind it: in which account, of whom, and what they say."""

import json
from collections.abc import Mapping
from typing import Any

from doorward.base.arn import Arn
from doorward.base.clock import Clock
from doorward.gateway.exchange import Addressed, Unavailable, exchange
from doorward.gateway.memory import SECONDS, UNTOLD, Known, Memory, Scope
from doorward.gateway.moto import Moto
from doorward.gateway.question import Question
from doorward.gateway.readers import is_missing, reader, tag_map
from doorward.gateway.refusals import OtherAccount, UpstreamUnavailable
from doorward.gateway.signed import signed
from doorward.gateway.upstream import Upstreams
from doorward.wire import client
from doorward.wire.client import Outgoing, Refused, Unreadable
from doorward.wire.model import service as service_model

NOT_IMPLEMENTED = 501
NO_POLICY = "NoSuchBucketPolicy"
"""What S3 says of a bucket that is there and has no policy."""

FOREVER = float("inf")


class Unknown(Exception):
    """It has to be asked for, and asking takes time that there is not here."""


class Sources:
    """The services behind the gateway of one server."""

    def __init__(self, upstreams: Upstreams, moto: Moto, clock: Clock) -> None:
        self.upstreams = upstreams
        self.moto = moto
        self.memory = Memory()
        self._clock = clock

    def addressed(
        self,
        service: str,
        operation: str,
        outgoing: Outgoing,
        *,
        account: str,
        region: str,
        host: str = "localhost",
    ) -> Addressed:
        """*outgoing* for whoever answers *service*, in the name of *account*.

        Raises:
            Unavailable: moto does not start.
            OtherAccount: the endpoint has nothing of that account.
        """
        signing_name = service_model(service).signing_name
        endpoint = self.upstreams.endpoint(service)
        if endpoint is None:
            return self.moto.addressed(
                outgoing,
                account=account,
                region=region,
                signing_name=signing_name,
                operation=operation,
                host=host,
            )
        if endpoint.account != account:
            raise OtherAccount(service, account)
        headers = signed(outgoing, endpoint, signing_name, region, self._clock.now())
        target = f"{outgoing.path}?{outgoing.query}" if outgoing.query else outgoing.path
        return Addressed(
            endpoint.host, endpoint.port, endpoint.secure, outgoing.method, target, headers,
            outgoing.body, outgoing.stream,
        )  # fmt: skip

    def ask(
        self, service: str, operation: str, parameters: Mapping[str, Any], scope: Scope
    ) -> dict[str, Any]:
        """What *service* puts out.

        Raises:
            Refused: it refuses.
            UpstreamUnavailable: it does not answer.
        """
        outgoing = client.written(service, operation, parameters)
        try:
            request = self.addressed(
                service, operation, outgoing, account=scope.account, region=scope.region
            )
            answer = exchange(request)
        except Unavailable as error:
            raise UpstreamUnavailable(service) from error
        if answer.status == NOT_IMPLEMENTED:
            raise Refused("NotImplemented", f"{service}:{operation}", answer.status)
        try:
            return client.read(service, operation, answer.status, answer.headers, answer.body)
        except Unreadable as error:
            raise UpstreamUnavailable(service) from error

    def known(self, service: str, arn: Arn, *, ask: bool) -> Known:
        """The policy and the tags of a resource of *service*.

        Raises:
            Unknown: they have to be asked for, and *ask* is False.
            UpstreamUnavailable: they cannot be read.
        """
        scope = Scope(service, arn.account, arn.region)
        text = str(arn)
        now = self.now()
        found = self.memory.find(scope, text, now=now)
        if found is not None:
            return found
        questions = reader(service)
        if questions.policy is None and questions.tags is None:
            return UNTOLD
        if not ask:
            raise Unknown
        mark = self.memory.mark(scope)
        policy = self._answer(questions.policy, arn, scope)
        told, tags = self._tags(questions.tags, arn, scope)
        there = policy is not None or tags is not None
        known = Known(_text(policy), tag_map(tags), there, told)
        self.memory.keep(scope, text, known, mark=mark, until=self.until(service, now))
        return known

    def _tags(self, question: Question | None, arn: Arn, scope: Scope) -> tuple[bool, Any]:
        """Whether the tags can be read, and what they are.

        They cannot where nobody is known to tell, or where the service does not understand the
        question; of a resource that is not there they can, and there are none.
        """
        parameters = question.ask(arn) if question else None
        if question is None or parameters is None:
            return False, None
        try:
            found = question.take(self.ask(scope.service, question.operation, parameters, scope))
        except Refused as error:
            told = error.status != NOT_IMPLEMENTED and is_missing(error.code, error.status)
            return told, None
        return True, "" if found is None else found

    def _answer(self, question: Question | None, arn: Arn, scope: Scope) -> Any:
        """What the answer to *question* says; None where there is no such resource."""
        parameters = question.ask(arn) if question else None
        if question is None or parameters is None:
            return None
        try:
            found = question.take(self.ask(scope.service, question.operation, parameters, scope))
        except Refused as error:
            if error.code == NO_POLICY:
                return ""
            if is_missing(error.code, error.status):
                return None
            raise UpstreamUnavailable(scope.service) from error
        return "" if found is None else found

    def changed(self, scope: Scope, *, everything: bool) -> None:
        """A request changed something in *scope*, or tags of any service."""
        if everything:
            self.memory.forget()
        else:
            self.memory.changed(scope)

    def reset(self) -> None:
        """Forget everything, in moto too.

        Raises:
            Unavailable: moto does not answer.
        """
        self.memory.forget()
        self.moto.reset()

    def close(self) -> None:
        """End what was started."""
        self.memory.forget()
        self.moto.close()

    def now(self) -> float:
        """The moment, in seconds, for what is remembered."""
        return self._clock.now().timestamp()

    def until(self, service: str, now: float) -> float:
        """Until when what is read of *service* may be remembered."""
        return FOREVER if self.upstreams.by_moto(service) else now + SECONDS


def _text(policy: Any) -> str | None:
    """A policy as text; some services give it as an object."""
    if not policy:
        return None
    return policy if isinstance(policy, str) else json.dumps(policy)
