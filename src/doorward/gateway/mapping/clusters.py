"""ECS: clusters, services, tasks and task definitions by name and by ARN.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_service-with-iam.html
"""

from doorward.base.arn import Arn
from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call

DEFAULT = "default"
IN_CLUSTER = {
    "service": ("service", "services", "serviceName", "serviceArn"),
    "task": ("task", "tasks"),
    "container-instance": ("containerInstance", "containerInstances"),
    "task-set": ("taskSet", "taskSets"),
}
VARIABLES = {
    "service": "ServiceName",
    "task": "TaskId",
    "container-instance": "ContainerInstanceId",
    "task-set": "TaskSetId",
}


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """What lies in a cluster by its own name or ARN, which holds the cluster too."""
    if shape.type == "cluster":
        if call.operation == "CreateCluster":
            return [shape.arn(call.place, {"ClusterName": call.text("clusterName") or DEFAULT})]
        return [cluster(call, one) for one in _clusters(call)]
    if shape.type == "task-definition":
        return task_definitions(call, shape)
    members = IN_CLUSTER.get(shape.type)
    if members is None:
        return None
    given = [text for one in members for text in fill.texts(call.parameters.get(one))]
    if shape.type == "task-set":
        given = given if "service" in call.parameters else []
    return [inside(call, shape, one) for one in given] or [inside(call, shape, "")]


def _clusters(call: Call) -> list[str]:
    given = fill.texts(call.parameters.get("clusters") or call.parameters.get("cluster"))
    return given or [DEFAULT]


def cluster(call: Call, given: str) -> str:
    """The ARN of a cluster."""
    if given.startswith("arn:"):
        return given if ":cluster/" in given and ":ecs:" in given else UNKNOWN
    return call.arn("ecs", "cluster", ClusterName=given)


def inside(call: Call, shape: ArnShape, given: str) -> str:
    """The ARN of a service, task or the like; with an old ARN its cluster is the request's."""
    if given.startswith("arn:"):
        if not given.partition(":ecs:")[2]:
            return UNKNOWN
        if shape.fits(given):
            return given
        found = Arn.parse(given)
        old = found is not None and found.resource.startswith(f"{shape.type}/")
        if found is None or not old or found.account != call.place.account:
            return UNKNOWN
        given = found.resource.partition("/")[2]
    values = {"ClusterName": _cluster_name(call)}
    if given:
        values[VARIABLES[shape.type]] = given
    if shape.type == "task-set":
        values["ServiceName"] = call.text("service").rpartition("/")[2]
    return shape.arn(call.place, values)


def _cluster_name(call: Call) -> str:
    return (call.text("cluster") or DEFAULT).rpartition("/")[2]


def task_definitions(call: Call, shape: ArnShape) -> list[str]:
    """The task definitions; without a revision the newest, whose number is not known."""
    family = call.text("family")
    given = fill.texts(
        call.parameters.get("taskDefinition") or call.parameters.get("taskDefinitions")
    )
    found = []
    for one in [family] if family else given:
        if one.startswith("arn:"):
            found.append(one if shape.fits(one) or one.count(":") == 5 else UNKNOWN)  # noqa: PLR2004
            continue
        name, _, revision = one.partition(":")
        values = {"TaskDefinitionFamilyName": name}
        if revision:
            values["TaskDefinitionRevisionNumber"] = revision
        found.append(shape.arn(call.place, values))
    return found or [shape.arn(call.place, {})]


def context(call: Call) -> dict[str, Value]:
    """`ecs:cluster` and what a task may do.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    """
    found: dict[str, Value] = {"ecs:cluster": cluster(call, call.text("cluster") or DEFAULT)}
    found["ecs:createaction"] = call.operation
    if definition := call.text("taskDefinition"):
        if not definition.startswith("arn:"):
            name, _, revision = definition.partition(":")
            if revision:
                definition = call.arn(
                    "ecs", "task-definition",
                    TaskDefinitionFamilyName=name, TaskDefinitionRevisionNumber=revision,
                )  # fmt: skip
        found["ecs:task-definition"] = definition
    providers = [one.get("capacityProvider") for one in call.members("capacityProviderStrategy")]
    if providers:
        found["ecs:capacity-provider"] = tuple(str(one) for one in providers if one)
    return found
