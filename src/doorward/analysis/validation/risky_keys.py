"""Checks of condition keys that protect less than they seem to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Iterator

from doorward.analysis.validation.draft import SERVICES, Clause, Draft, Kind, Leaf, Test
from doorward.analysis.validation.finding import Finding
from doorward.analysis.validation.vpc_endpoints import SUPPORTED
from doorward.catalog import keys
from doorward.catalog.keys import KeyType
from doorward.engine.match import wild

SPOOFED = ("aws:referer", "aws:useragent")
PAIRS = {"aws:vpcsourceip": ("aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn")}
READING = ("getitem", "batchgetitem", "query", "scan")
SELECT = "SPECIFIC_ATTRIBUTES"
OF_RESOURCE = (
    *("s3:resourceaccount", "aws:resourceaccount"),
    *("aws:resourceorgid", "aws:resourceorgpaths"),
)
"""Keys about the resource itself; of its own policy it is known (the last three assumed)."""

KMS_KEYS = frozenset(
    {
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        *("s3tables:kmskeyarn", "s3vectors:kmskeyarn", "secretsmanager:kmskeyarn"),
    }
)
"""Keys that hold the ARN of a KMS key (assumed: AWS does not list them)."""

KMS_KEY = re.compile(r"arn:[a-z*-]+:kms:[a-z0-9*-]+:([0-9]{12}|[0-9*?]+):key/.+")


def spoofed(draft: Draft) -> Iterator[Finding]:
    """Keys that callers set as they like."""
    for clause in draft.clauses:
        for test in clause.tests_of(*SPOOFED):
            told = f"The caller sets {test.key.text}; it is no protection."
            yield Finding("UNTRUSTWORTHY_CONDITION_KEY", told, test.key.place, test.key.path)


def paired(draft: Draft) -> Iterator[Finding]:
    """Keys that say little without another one."""
    for clause in draft.clauses:
        for test in clause.tests_of(*PAIRS):
            wanted = PAIRS[test.key.text.lower()]
            if clause.effect == "Allow" and not clause.keys() & {one.lower() for one in wanted}:
                told = f"{test.key.text} may be of any network; add {' or '.join(wanted)}."
                code = "MISSING_PAIRED_CONDITION_KEYS"
                yield Finding(code, told, test.key.place, test.key.path)


def arns_as_text(draft: Draft) -> Iterator[Finding]:
    """ARNs compared as text, in which a wildcard crosses the fields."""
    for clause in draft.clauses:
        for test in clause.tests:
            if test.base not in {"StringLike", "StringNotLike"} or not test.key.known:
                continue
            found = keys.global_key(test.key.text)
            if found is not None and found.type is KeyType.ARN and _wild(test):
                told = f"In {test.base} wildcards cross the fields of an ARN; use Arn operators."
                code = "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS"
                yield Finding(code, told, test.operator.place, test.operator.path)


def _wild(test: Test) -> bool:
    return any(wild(leaf.text) != leaf.text for leaf in test.values)


def attributes(draft: Draft) -> Iterator[Finding]:
    """Attributes of DynamoDB items, which a request that names none gets all of."""
    for clause in draft.clauses:
        if clause.effect != "Allow" or not _reads_items(clause):
            continue
        chosen = any(
            [leaf.text for leaf in test.values] == [SELECT] and test.base == "StringEquals"
            for test in clause.tests_of("dynamodb:select")
        )
        for test in clause.tests_of("dynamodb:attributes"):
            if not chosen:
                told = f"A request without a projection gets everything; set Select to {SELECT}."
                code = "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT"
                yield Finding(code, told, test.key.place, test.key.path)


def _reads_items(clause: Clause) -> bool:
    texts = [leaf.text.lower() for leaf in clause.leaves("Action")]
    named = {text.removeprefix("dynamodb:") for text in texts}
    return "NotAction" in clause.elements or any("*" in one or one in READING for one in named)


def prefixes(draft: Draft) -> Iterator[Finding]:
    """Prefixes of S3 that are to be kept out: a shorter prefix lists them too."""
    for clause in draft.clauses:
        for test in clause.tests_of("s3:prefix"):
            text = test.base.startswith("String")
            if text and test.negated is (clause.effect == "Allow"):
                told = (
                    "A request with a shorter prefix lists these objects too; allow the prefixes "
                    "with StringLike, or deny all others with StringNotLike."
                )
                code = "S3_PREFIX_IN_NEGATIVE_CONTEXT"
                yield Finding(code, told, test.key.place, test.key.path)


def endpoints(draft: Draft) -> Iterator[Finding]:
    """Keys about endpoints that few services support, where others are in question too."""
    for clause in draft.clauses:
        for test in clause.tests_of(*SUPPORTED):
            supported = SUPPORTED[test.key.text.lower()]
            services = {one.text.partition(":")[0].lower() for one in clause.leaves("Action")}
            if "NotAction" in clause.elements or services - supported:
                told = f"Few services support {test.key.text}; name those in Action."
                code = "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES"
                yield Finding(code, told, test.key.place, test.key.path)


def irrelevant(draft: Draft) -> Iterator[Finding]:
    """Keys about the resource in the resource's own policy."""
    if draft.kind is not Kind.RESOURCE or SERVICES.get(draft.resource_type) != "s3":
        return
    for clause in draft.clauses:
        for test in clause.tests_of(*OF_RESOURCE):
            told = f"{test.key.text} is always the same here; use it in identity policies."
            code = "IRRELEVANT_CONDITION_KEY_IN_POLICY"
            yield Finding(code, told, test.key.place, test.key.path)


def kms_keys(draft: Draft) -> Iterator[Finding]:
    """Values that are to be the ARN of a KMS key, and are not."""
    for clause in draft.clauses:
        for test in clause.tests_of(*KMS_KEYS):
            for leaf in test.values if test.base != "Null" else ():
                if _wrong_key(leaf):
                    told = f"{leaf.text} is no ARN of a KMS key, which {test.key.text} holds."
                    yield Finding("INVALID_KMS_KEY_VALUE", told, leaf.place, leaf.path)


def _wrong_key(leaf: Leaf) -> bool:
    if not leaf.known or "${" in leaf.text or leaf.text == "*":
        return False
    return KMS_KEY.fullmatch(leaf.text) is None
