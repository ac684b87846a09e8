"""Sample queries: what people ask of their events, each with its statement.

`$EDS_ID` stands for the id of an event data store, and `{when}` for a condition on the time.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from typing import NamedTuple

STORE = "$EDS_ID"
WHEN = "{when}"


class Sample(NamedTuple):
    """A query, and phrases that ask for just this one."""

    name: str
    description: str
    template: str
    phrases: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The statement, over events of any time."""
        return self.template.replace(WHEN, "")


def _sample(name: str, description: str, template: str, *phrases: str) -> Sample:
    return Sample(name, description, " ".join(template.split()), phrases)


SAMPLES: Sequence[Sample] = (
    _sample(
        "Most frequent errors",
        "Counts failed calls by error code and operation, the most frequent first.",
        """SELECT errorCode, eventSource, eventName, count(*) AS calls FROM $EDS_ID
        WHERE errorCode IS NOT NULL {when}
        GROUP BY errorCode, eventSource, eventName ORDER BY calls DESC LIMIT 50""",
        "what are my top errors",
        "what are the most frequent errors",
        "show me the top errors",
    ),
    _sample(
        "Calls that were denied",
        "Lists who was refused what by a policy, the newest call first.",
        """SELECT eventTime, userIdentity.arn AS caller, eventSource, eventName, errorMessage
        FROM $EDS_ID WHERE (errorCode LIKE 'AccessDenied%' OR errorCode LIKE '%Unauthorized%')
        {when} ORDER BY eventTime DESC LIMIT 100""",
        "which calls were denied",
        "who was denied access",
        "show me access denied errors",
    ),
    _sample(
        "Denials by caller",
        "Counts for each caller how often a policy refused a call, and over how many operations.",
        """SELECT userIdentity.arn AS caller, count(*) AS denials,
        count(DISTINCT eventName) AS operations FROM $EDS_ID
        WHERE errorCode LIKE 'AccessDenied%' {when}
        GROUP BY userIdentity.arn ORDER BY denials DESC LIMIT 50""",
        "who was denied most often",
    ),
    _sample(
        "Use of the root user",
        "Lists everything that was done with the credentials of an account's root.",
        """SELECT eventTime, recipientAccountId, eventSource, eventName, sourceIPAddress
        FROM $EDS_ID WHERE userIdentity.type = 'Root' AND userIdentity.invokedBy IS NULL {when}
        ORDER BY eventTime DESC LIMIT 100""",
        "when was the root user used",
        "what did the root user do",
        "show me root activity",
    ),
    _sample(
        "Console sign-ins without a second factor",
        "Lists successful console sign-ins for which no MFA device was used.",
        """SELECT eventTime, userIdentity.arn AS caller, sourceIPAddress FROM $EDS_ID
        WHERE eventName = 'ConsoleLogin'
        AND json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Success'
        AND json_extract_scalar(additionalEventData, '$.MFAUsed') = 'No' {when}
        ORDER BY eventTime DESC LIMIT 100""",
        "who signed in without mfa",
        "which users signed in to the console without mfa",
    ),
    _sample(
        "Failed console sign-ins",
        "Counts failed console sign-ins by address.",
        """SELECT sourceIPAddress, count(*) AS failures, max(eventTime) AS latest FROM $EDS_ID
        WHERE eventName = 'ConsoleLogin'
        AND json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' {when}
        GROUP BY sourceIPAddress ORDER BY failures DESC LIMIT 50""",
        "show me failed console sign-ins",
        "who failed to sign in",
    ),
    _sample(
        "Changes of IAM policies",
        "Lists calls that made, changed, attached or deleted a policy.",
        """SELECT eventTime, userIdentity.arn AS caller, eventName, requestParameters
        FROM $EDS_ID WHERE eventSource = 'iam.amazonaws.com' AND eventName LIKE '%Policy%'
        AND readOnly = false AND errorCode IS NULL {when}
        ORDER BY eventTime DESC LIMIT 100""",
        "who changed iam policies",
        "show me policy changes",
    ),
    _sample(
        "Users and keys that were made",
        "Lists new users and access keys, and who made them.",
        """SELECT eventTime, userIdentity.arn AS caller, eventName, requestParameters
        FROM $EDS_ID WHERE eventName IN ('CreateUser', 'CreateAccessKey', 'CreateLoginProfile')
        AND errorCode IS NULL {when} ORDER BY eventTime DESC LIMIT 100""",
        "who created users",
        "which users were created",
        "who created access keys",
    ),
    _sample(
        "Roles that were assumed",
        "Counts for each role how often and by how many callers it was assumed.",
        """SELECT json_extract_scalar(requestParameters, '$.roleArn') AS role, count(*) AS times,
        count(DISTINCT userIdentity.arn) AS callers FROM $EDS_ID
        WHERE eventName LIKE 'AssumeRole%' AND errorCode IS NULL {when}
        GROUP BY 1 ORDER BY times DESC LIMIT 50""",
        "which roles were assumed",
        "what are my most used roles",
    ),
    _sample(
        "Busiest callers",
        "Counts the calls of each caller.",
        """SELECT userIdentity.arn AS caller, count(*) AS calls FROM $EDS_ID
        WHERE userIdentity.arn IS NOT NULL {when}
        GROUP BY userIdentity.arn ORDER BY calls DESC LIMIT 50""",
        "who made the most calls",
        "who are my most active users",
    ),
    _sample(
        "Busiest services",
        "Counts the calls to each service.",
        """SELECT eventSource, count(*) AS calls FROM $EDS_ID
        WHERE eventSource IS NOT NULL {when}
        GROUP BY eventSource ORDER BY calls DESC LIMIT 50""",
        "which services are used most",
        "what are my top services",
    ),
    _sample(
        "Calls by hour",
        "Counts calls and failures hour by hour.",
        """SELECT date_trunc('hour', eventTime) AS hour, count(*) AS calls,
        count(errorCode) AS failures FROM $EDS_ID WHERE eventTime IS NOT NULL {when}
        GROUP BY 1 ORDER BY 1 DESC LIMIT 168""",
        "how many calls were made by hour",
    ),
    _sample(
        "Addresses of access keys",
        "Shows from how many addresses each access key was used.",
        """SELECT userIdentity.accessKeyId AS accessKey, count(DISTINCT sourceIPAddress)
        AS addresses, max(eventTime) AS latest FROM $EDS_ID
        WHERE userIdentity.accessKeyId IS NOT NULL {when}
        GROUP BY userIdentity.accessKeyId ORDER BY addresses DESC LIMIT 50""",
        "from which addresses were access keys used",
    ),
    _sample(
        "What was deleted",
        "Lists successful calls that deleted something.",
        """SELECT eventTime, userIdentity.arn AS caller, eventSource, eventName, requestParameters
        FROM $EDS_ID WHERE eventName LIKE 'Delete%' AND errorCode IS NULL {when}
        ORDER BY eventTime DESC LIMIT 100""",
        "what was deleted",
        "who deleted resources",
    ),
    _sample(
        "Changes of bucket policies and public access",
        "Lists changes of who may reach a bucket of S3.",
        """SELECT eventTime, userIdentity.arn AS caller, eventName,
        json_extract_scalar(requestParameters, '$.bucketName') AS bucket FROM $EDS_ID
        WHERE eventSource = 's3.amazonaws.com' AND eventName IN ('PutBucketPolicy',
        'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketPublicAccessBlock',
        'DeleteBucketPublicAccessBlock') {when} ORDER BY eventTime DESC LIMIT 100""",
        "who changed bucket policies",
    ),
    _sample(
        "Objects of S3 that were read",
        "Counts reads of objects by bucket and caller; needs events of data.",
        """SELECT json_extract_scalar(requestParameters, '$.bucketName') AS bucket,
        userIdentity.arn AS caller, count(*) AS reads FROM $EDS_ID
        WHERE eventSource = 's3.amazonaws.com' AND eventName = 'GetObject' {when}
        GROUP BY 1, 2 ORDER BY reads DESC LIMIT 50""",
        "who read objects from s3",
    ),
    _sample(
        "Calls across accounts",
        "Lists calls by callers of another account than the one that received the event.",
        """SELECT eventTime, userIdentity.accountId AS theirs, recipientAccountId AS ours,
        eventSource, eventName FROM $EDS_ID
        WHERE userIdentity.accountId <> recipientAccountId {when}
        ORDER BY eventTime DESC LIMIT 100""",
        "which calls came from other accounts",
    ),
    _sample(
        "Changes of trails",
        "Lists calls that changed, stopped or deleted a trail or an event data store.",
        """SELECT eventTime, userIdentity.arn AS caller, eventName, requestParameters
        FROM $EDS_ID WHERE eventSource = 'cloudtrail.amazonaws.com' AND readOnly = false {when}
        ORDER BY eventTime DESC LIMIT 100""",
        "who changed cloudtrail",
        "who stopped logging",
    ),
    _sample(
        "Changes of the organization",
        "Lists changes of accounts, units and service control policies.",
        """SELECT eventTime, userIdentity.arn AS caller, eventName, requestParameters
        FROM $EDS_ID WHERE eventSource = 'organizations.amazonaws.com' AND readOnly = false
        {when} ORDER BY eventTime DESC LIMIT 100""",
        "who changed the organization",
    ),
    _sample(
        "Old TLS versions",
        "Counts calls over versions of TLS before 1.2.",
        """SELECT tlsDetails.tlsVersion AS version, userAgent, count(*) AS calls FROM $EDS_ID
        WHERE tlsDetails.tlsVersion IN ('TLSv1', 'TLSv1.1') {when}
        GROUP BY 1, 2 ORDER BY calls DESC LIMIT 50""",
        "who uses old tls versions",
    ),
    _sample(
        "Throttled calls",
        "Counts calls that were refused since there were too many.",
        """SELECT eventSource, eventName, userIdentity.arn AS caller, count(*) AS throttled
        FROM $EDS_ID WHERE errorCode IN ('Throttling', 'ThrottlingException',
        'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown') {when}
        GROUP BY 1, 2, 3 ORDER BY throttled DESC LIMIT 50""",
        "which calls were throttled",
    ),
)

WORD = re.compile(r"[a-z0-9]+")
STOP_WORDS = (
    "a all an and are by did do does for from give how i in is it list many me most my of on show "
    "that the their them there these they to was were what when which who with"
)
STOP = frozenset(STOP_WORDS.split())


def words(text: str) -> list[str]:
    """The words of *text* that tell anything, without the ending of the plural."""
    found = WORD.findall(text.lower())
    return [one[:-1] if len(one) > 3 and one.endswith("s") else one for one in found]  # noqa: PLR2004


def _telling(text: str) -> set[str]:
    return {one for one in words(text) if one not in STOP}


def _about(one: Sample) -> set[str]:
    return _telling(" ".join((one.name, one.description, *one.phrases)))


def search(phrase: str) -> Sequence[tuple[Sample, float]]:
    """The samples that share words with *phrase*, and how relevant each is, the most so first.

    Relevance is the share of the phrase's words, rare ones weighing more, that a sample has.
    """
    asked = _telling(phrase)
    weights = _weights()
    unknown = log(1 + len(SAMPLES))
    whole = sum(weights.get(one, unknown) for one in asked)
    found = [
        (sample, sum(weights[one] for one in asked & _about(sample)) / whole)
        for sample in SAMPLES
        if asked & _about(sample)
    ]
    return sorted(found, key=lambda one: (-one[1], one[0].name))


def _weights() -> dict[str, float]:
    """How much each word of the samples weighs: more, the fewer of them have it."""
    counted: Counter[str] = Counter(word for one in SAMPLES for word in _about(one))
    return {word: log(1 + len(SAMPLES) / count) for word, count in counted.items()}


def asked(words_given: Iterable[str]) -> Sample | None:
    """The sample that a prompt of just those words asks for, None where it asks for none."""
    given = list(words_given)
    return next(
        (one for one in SAMPLES if given in [words(phrase) for phrase in (one.name, *one.phrases)]),
        None,
    )
