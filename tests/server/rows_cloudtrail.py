"""For each operation of CloudTrail, a call that does its work."""

import json

from server import rows_organizations as org
from server import rows_s3
from server import things as make
from server.place import Side
from server.things import Row

SERVICE = {"Service": "cloudtrail.amazonaws.com"}
MANAGED = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]


def bucket(side: Side) -> str:
    """A bucket that CloudTrail may write to."""
    name = rows_s3.bucket(side)["Bucket"]
    statement = {
        "Effect": "Allow",
        "Principal": SERVICE,
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    side.call("s3", "PutBucketPolicy", Bucket=name, Policy=document)
    return name


def trail(side: Side) -> str:
    name = side.new("trail")
    side.call("cloudtrail", "CreateTrail", Name=name, S3BucketName=bucket(side))
    return name


def trail_arn(side: Side) -> str:
    return f"arn:aws:cloudtrail:us-east-1:{side.account}:trail/{trail(side)}"


def logging(side: Side) -> str:
    name = trail(side)
    side.call("cloudtrail", "StartLogging", Name=name)
    return name


def store(side: Side, **more: object) -> str:
    made = side.call(
        "cloudtrail",
        "CreateEventDataStore",
        Name=side.new("store"),
        TerminationProtectionEnabled=False,
        **more,
    )
    return str(made["EventDataStoreArn"])


def stopped(side: Side) -> str:
    return store(side, StartIngestion=False)


def deleted(side: Side) -> str:
    arn = store(side)
    side.call("cloudtrail", "DeleteEventDataStore", EventDataStore=arn)
    return arn


def statement(side: Side) -> str:
    return f"SELECT eventName FROM {store(side).rpartition('/')[2]}"  # noqa: S608 - a store of ours


def query(side: Side) -> str:
    made = side.call("cloudtrail", "StartQuery", QueryStatement=statement(side))
    return str(made["QueryId"])


def waiting(side: Side) -> str:
    """A query that is not begun: nothing takes it up."""
    side.place.running.workers.queries.stop()
    return query(side)


def role(side: Side) -> str:
    """A role that CloudTrail may take on."""
    trust = {"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    name = side.new("importer")
    made = side.call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=document)
    return str(made["Role"]["Arn"])


def new_import(side: Side) -> dict[str, object]:
    """Of files that nobody looks for: nothing takes it up."""
    side.place.running.workers.imports.stop()
    place = {
        "S3LocationUri": "s3://logs/",
        "S3BucketRegion": "us-east-1",
        "S3BucketAccessRoleArn": role(side),
    }
    return {"Destinations": [store(side)], "ImportSource": {"S3": place}}


def importing(side: Side) -> str:
    return str(side.call("cloudtrail", "StartImport", **new_import(side))["ImportId"])


def channel(side: Side) -> str:
    made = side.call(
        "cloudtrail",
        "CreateChannel",
        Name=side.new("channel"),
        Source="Custom",
        Destinations=[{"Type": "EVENT_DATA_STORE", "Location": store(side)}],
    )
    return str(made["ChannelArn"])


def dashboard(side: Side) -> str:
    made = side.call("cloudtrail", "CreateDashboard", Name=side.new("dashboard"))
    return str(made["DashboardArn"])


def policy(side: Side, arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": side.account},
        "Action": "cloudtrail:GetEventDataStore",
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def with_policy(side: Side) -> str:
    arn = store(side)
    document = policy(side, arn)
    side.call("cloudtrail", "PutResourcePolicy", ResourceArn=arn, ResourcePolicy=document)
    return arn


def put_policy(side: Side) -> dict[str, str]:
    arn = store(side)
    return {"ResourceArn": arn, "ResourcePolicy": policy(side, arn)}


def member(side: Side) -> str:
    """A member of an organization that trusts CloudTrail."""
    account = org.account(side)
    side.call("organizations", "EnableAWSServiceAccess", ServicePrincipal=SERVICE["Service"])
    return account


def delegated(side: Side) -> str:
    account = member(side)
    side.call("cloudtrail", "RegisterOrganizationDelegatedAdmin", MemberAccountId=account)
    return account


def tags(side: Side) -> list[dict[str, str]]:
    return make.tags(side)


ROWS: dict[str, Row] = {
    "AddTags": lambda side: {"ResourceId": trail_arn(side), "TagsList": tags(side)},
    "CancelQuery": lambda side: {"QueryId": waiting(side)},
    "CreateChannel": lambda side: {
        "Name": side.new("channel"),
        "Source": "Custom",
        "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": store(side)}],
    },
    "CreateDashboard": lambda side: {"Name": side.new("dashboard")},
    "CreateEventDataStore": lambda side: {"Name": side.new("store")},
    "CreateTrail": lambda side: {"Name": side.new("trail"), "S3BucketName": bucket(side)},
    "DeleteChannel": lambda side: {"Channel": channel(side)},
    "DeleteDashboard": lambda side: {"DashboardId": dashboard(side)},
    "DeleteEventDataStore": lambda side: {"EventDataStore": store(side)},
    "DeleteResourcePolicy": lambda side: {"ResourceArn": with_policy(side)},
    "DeleteTrail": lambda side: {"Name": trail(side)},
    "DeregisterOrganizationDelegatedAdmin": lambda side: {
        "DelegatedAdminAccountId": delegated(side)
    },
    "DisableFederation": lambda side: {"EventDataStore": store(side)},
    "EnableFederation": lambda side: {
        "EventDataStore": store(side),
        "FederationRoleArn": role(side),
    },
    "GenerateQuery": lambda side: {
        "EventDataStores": [store(side)],
        "Prompt": "What are my top errors?",
    },
    "DescribeQuery": lambda side: {"QueryId": waiting(side)},
    "DescribeTrails": lambda side: {"trailNameList": [trail(side)]},
    "GetChannel": lambda side: {"Channel": channel(side)},
    "GetDashboard": lambda side: {"DashboardId": dashboard(side)},
    "GetEventConfiguration": lambda side: {"TrailName": trail(side)},
    "GetEventDataStore": lambda side: {"EventDataStore": store(side)},
    "GetEventSelectors": lambda side: {"TrailName": trail(side)},
    "GetImport": lambda side: {"ImportId": importing(side)},
    "GetInsightSelectors": lambda side: {"TrailName": with_insights(side)},
    "GetQueryResults": lambda side: {"QueryId": waiting(side)},
    "GetResourcePolicy": lambda side: {"ResourceArn": with_policy(side)},
    "GetTrail": lambda side: {"Name": trail(side)},
    "GetTrailStatus": lambda side: {"Name": trail(side)},
    "ListChannels": lambda side: made(channel(side)),
    "ListDashboards": lambda side: made(dashboard(side)),
    "ListEventDataStores": lambda side: made(store(side)),
    "ListImportFailures": lambda side: {"ImportId": importing(side)},
    "ListImports": lambda side: made(importing(side)),
    "ListInsightsData": lambda side: {
        "InsightSource": trail_arn(side),
        "DataType": "InsightsEvents",
    },
    "ListInsightsMetricData": lambda _: {
        "EventSource": "iam.amazonaws.com",
        "EventName": "GetUser",
        "InsightType": "ApiCallRateInsight",
    },
    "ListPublicKeys": lambda _: {},
    "ListQueries": lambda side: {"EventDataStore": store(side)},
    "ListTags": lambda side: {"ResourceIdList": [trail_arn(side)]},
    "ListTrails": lambda side: made(trail(side)),
    "LookupEvents": lambda _: {},
    "PutEventConfiguration": lambda side: {"TrailName": trail(side), "MaxEventSize": "Large"},
    "PutEventSelectors": lambda side: {
        "TrailName": trail(side),
        "AdvancedEventSelectors": MANAGED,
    },
    "PutInsightSelectors": lambda side: {
        "TrailName": trail(side),
        "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}],
    },
    "PutResourcePolicy": put_policy,
    "RegisterOrganizationDelegatedAdmin": lambda side: {"MemberAccountId": member(side)},
    "RemoveTags": lambda side: {"ResourceId": tagged(side), "TagsList": [{"Key": "team"}]},
    "RestoreEventDataStore": lambda side: {"EventDataStore": deleted(side)},
    "SearchSampleQueries": lambda _: {"SearchPhrase": "errors"},
    "StartDashboardRefresh": lambda side: {"DashboardId": dashboard(side)},
    "StartEventDataStoreIngestion": lambda side: {"EventDataStore": stopped(side)},
    "StartImport": new_import,
    "StartLogging": lambda side: {"Name": trail(side)},
    "StartQuery": lambda side: {"QueryStatement": statement(side)},
    "StopEventDataStoreIngestion": lambda side: {"EventDataStore": store(side)},
    "StopImport": lambda side: {"ImportId": importing(side)},
    "StopLogging": lambda side: {"Name": logging(side)},
    "UpdateChannel": lambda side: {"Channel": channel(side), "Name": side.new("renamed")},
    "UpdateDashboard": lambda side: {
        "DashboardId": dashboard(side),
        "TerminationProtectionEnabled": True,
    },
    "UpdateEventDataStore": lambda side: {"EventDataStore": store(side), "RetentionPeriod": 90},
    "UpdateTrail": lambda side: {"Name": trail(side), "EnableLogFileValidation": True},
}


def made(_: str) -> dict[str, object]:
    """No parameters, with something there to be listed."""
    return {}


def tagged(side: Side) -> str:
    arn = trail_arn(side)
    side.call("cloudtrail", "AddTags", ResourceId=arn, TagsList=tags(side))
    return arn


def with_insights(side: Side) -> str:
    name = trail(side)
    chosen = [{"InsightType": "ApiErrorRateInsight"}]
    side.call("cloudtrail", "PutInsightSelectors", TrailName=name, InsightSelectors=chosen)
    return name
