"""What requests on objects want: actions and resources, read before the decision.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.s3 import (
    access_points,
    attributes,
    conditions,
    copy_source,
    kms,
    locks,
    resources,
    tags,
    upload_ids,
)
from doorward.services.s3 import versions as version_ids
from doorward.services.s3.conditions import Keys
from doorward.services.s3.copy_source import CopySource
from doorward.services.s3.object_errors import NoSuchUpload
from doorward.services.s3.resources import Parameters, access
from doorward.store import objects
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion

ObjectFinder = Callable[[Context, Parameters], Iterator[Access]]

REPLACE = "REPLACE"
UNTAGGED = frozenset({"GetObjectAttributes"})
"""Actions for which the tags of the object never count. Observed, not documented."""

CREATION = "s3:objectcreationoperation"
COPY_KEYS = {"CopySource": "s3:x-amz-copy-source"}
GRANTS = ("GrantRead", "GrantReadACP", "GrantWriteACP", "GrantFullControl", "GrantWrite")


def read(*actions: str, versions: bool = True) -> ObjectFinder:
    """A finder of an existing object, for every one of *actions*.

    `Object` in an action becomes `ObjectVersion` when the request names a version, but for the
    actions on locks, which have no such form (*versions* is false).

    What is not there is told as missing only to those who may list the bucket: for them, and for
    those who might read the object if it were there, what is asked for is ListBucket.
    """

    def find(ctx: Context, parameters: Parameters) -> Iterator[Access]:
        bucket = resources.found(ctx, parameters)
        key, version_id = parameters["Key"], parameters.get("VersionId")
        wanted = reading(ctx, bucket, key, version_id, actions, versions=versions)
        yield from wanted

    return find


def reading(
    ctx: Context,
    bucket: Bucket,
    key: str,
    version_id: str | None,
    actions: tuple[str, ...],
    *,
    tagged: bool = True,
    versions: bool = True,
) -> list[Access]:
    """The accesses to read one object, or the one to learn that it is missing.

    *tagged* says whether the tags of the object count, *versions* whether the actions have forms
    for versions.
    """
    found = at(ctx, bucket.name, key, version_id)
    context: Keys = {} if version_id is None else {"s3:versionid": version_id}
    tags_of = conditions.existing_tags(found.tags) if found and tagged else {}
    wanted = [
        access(
            ctx,
            bucket,
            versioned(action, version_id) if versions else action,
            key=key,
            found=found,
            context=context if action in UNTAGGED else context | tags_of,
        )
        for action in actions
    ]
    if found is not None and not (found.delete_marker and version_id is None):
        return wanted + kms.to_decrypt(ctx, bucket, found)
    probe = access(ctx, bucket, "ListBucket", context={"s3:prefix": key})
    if ctx.authorize(probe).allowed or all(ctx.authorize(one).allowed for one in wanted):
        return [probe]
    return wanted


def at(ctx: Context, bucket: str, key: str, version_id: str | None) -> ObjectVersion | None:
    """The version of that id, or the newest one, delete markers included.

    Raises:
        InvalidArgument: no version can have that id.
    """
    wanted = version_ids.checked(version_id)
    if wanted is None:
        return objects.newest(ctx.db, bucket, key)
    return objects.version(ctx.db, bucket, key, wanted)


def versioned(action: str, version_id: str | None) -> str:
    """*action*, or its form for versions: `GetObjectTagging`, `GetObjectVersionTagging`."""
    return action if version_id is None else action.replace("Object", "ObjectVersion", 1)


def write(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """A new object, with what else its headers ask for."""
    yield from writing(ctx, parameters, creates=True)


def begin(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """A new multipart upload, with what else its headers ask for."""
    yield from writing(ctx, parameters, creates=False)


def writing(ctx: Context, parameters: Parameters, *, creates: bool) -> Iterator[Access]:
    """PutObject, and further actions for an ACL and for tags.

    Services that deliver files need no leave for the ACL: the bucket policies that AWS gives for
    them name PutObject alone.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    bucket = resources.found(ctx, parameters)
    wanted = tags.from_header(parameters.get("Tagging"))
    yield put(ctx, bucket, parameters, wanted, creates=creates)
    key = parameters["Key"]
    asks = any(parameters.get(member) for member in ("ACL", *GRANTS))
    if asks and ctx.caller.acting is None:
        context = conditions.given(parameters, conditions.PUT_ACL)
        yield access(ctx, bucket, "PutObjectAcl", key=key, context=context)
    if wanted:
        context = conditions.request_tags(wanted)
        yield access(ctx, bucket, "PutObjectTagging", key=key, context=context)
    yield from locking(ctx, bucket, parameters)
    yield from kms.to_encrypt(ctx, bucket, parameters)
    # Once all that is allowed, and before any byte is taken in.
    attributes.refuse_unknown(parameters)


def locking(ctx: Context, bucket: Bucket, parameters: Parameters) -> Iterator[Access]:
    """What a new object needs whose request locks it."""
    context, key = locks.keys(ctx, parameters), parameters["Key"]
    if parameters.get(locks.MODE) or parameters.get(locks.UNTIL):
        yield access(ctx, bucket, "PutObjectRetention", key=key, context=context)
    if parameters.get(locks.HOLD):
        yield access(ctx, bucket, "PutObjectLegalHold", key=key, context=context)


def put(
    ctx: Context,
    bucket: Bucket,
    parameters: Parameters,
    wanted: Mapping[str, str],
    *,
    creates: bool,
) -> Access:
    """PutObject; *creates* says whether an object comes of it at once."""
    context = conditions.given(parameters, conditions.PUT_OBJECT)
    context |= conditions.request_tags(wanted) | {CREATION: str(creates).lower()}
    context |= locks.keys(ctx, parameters)
    return access(ctx, bucket, "PutObject", key=parameters["Key"], context=context)


def part(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """A part of a multipart upload."""
    yield from of_upload(ctx, parameters, "GenerateDataKey", creates=False)


def completed(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The object that a multipart upload becomes."""
    yield from of_upload(ctx, parameters, "Decrypt", creates=True)


def of_upload(
    ctx: Context, parameters: Parameters, on_key: str, *, creates: bool
) -> Iterator[Access]:
    """PutObject for a request that goes on with an upload, and *on_key* on its KMS key.

    The encryption that the upload was begun with counts as that of the request. Observed for
    S3's own encryption, assumed for KMS.
    """
    bucket = resources.found(ctx, parameters)
    try:
        begun = upload_ids.under_way(ctx, parameters)
    except NoSuchUpload:  # is told to those who may put, once that is decided
        yield put(ctx, bucket, parameters, {}, creates=creates)
        return
    asked = begun.attributes.get(attributes.ASKED, {})
    yield put(ctx, bucket, {**asked, **parameters}, {}, creates=creates)
    yield from kms.for_part(ctx, bucket, begun, on_key)


def upload(action: str) -> Callable[[Context, Parameters], Access]:
    """A finder of the object of a multipart upload, for *action*."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        return access(ctx, resources.found(ctx, parameters), action, key=parameters["Key"])

    return find


def copy(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The new object of a copy, and the object that is copied.

    Tags that are copied need PutObjectTagging too.
    """
    source = copy_source.parse(parameters["CopySource"])
    replaces = parameters.get("TaggingDirective") == REPLACE
    # INVARIANT: tags in the header that the copy will not get decide nothing.
    asked = parameters if replaces else {**parameters, "Tagging": None}
    yield from writing(ctx, asked, creates=True)
    original = original_of(ctx, parameters)
    if not replaces and original and original.tags:
        bucket, context = resources.found(ctx, parameters), conditions.request_tags(original.tags)
        yield access(ctx, bucket, "PutObjectTagging", key=parameters["Key"], context=context)
    yield from source_of(ctx, parameters, source, ("GetObject",), tagged=False)
    if not replaces and original and original.tags:
        yield from source_of(ctx, parameters, source, ("GetObjectTagging",), tagged=True)


def original_of(ctx: Context, parameters: Parameters) -> ObjectVersion | None:
    """The object that a copy is made of."""
    source = copy_source.resolved(ctx, parameters["CopySource"])
    return at(ctx, source.bucket, source.key, source.version_id)


def copy_part(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The upload that a part is copied into, and the object it is copied from."""
    yield from part(ctx, parameters)
    source = copy_source.parse(parameters["CopySource"])
    yield from source_of(ctx, parameters, source, ("GetObject",), tagged=True)


def source_of(
    ctx: Context,
    parameters: Parameters,
    source: CopySource,
    actions: tuple[str, ...],
    *,
    tagged: bool,
) -> list[Access]:
    """*actions* on the source of a copy. Of GetObject, only a part's copy knows its tags."""
    point = access_points.named(ctx, source.bucket)
    bucket = resources.existing(ctx, point.bucket if point else source.bucket)
    resources.owned(bucket, parameters.get("ExpectedSourceBucketOwner"))
    if point is None:
        return reading(ctx, bucket, source.key, source.version_id, actions, tagged=tagged)
    access_points.check_usable(ctx, point)
    inside = access_points.through(ctx, point, "")
    wanted = reading(inside, bucket, source.key, source.version_id, actions, tagged=tagged)
    return list(access_points.sides(ctx, point, wanted))


def tagging(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """An object that shall get other tags."""
    context = conditions.request_tags(tags.of_object(parameters["Tagging"].get("TagSet", ())))
    for one in read("PutObjectTagging")(ctx, parameters):
        yield one if one.action == "s3:ListBucket" else with_keys(one, context)


def acl(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """An object that shall get another ACL."""
    context = conditions.given(parameters, conditions.PUT_ACL)
    for one in read("PutObjectAcl")(ctx, parameters):
        yield one if one.action == "s3:ListBucket" else with_keys(one, context)


def with_keys(wanted: Access, keys: Keys) -> Access:
    """*wanted* with further condition keys."""
    return replace(wanted, context={**wanted.context, **keys})


def delete(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """An object, or one version of it, to delete; whether it is there does not matter."""
    bucket = resources.found(ctx, parameters)
    bypass = bool(parameters.get("BypassGovernanceRetention"))
    yield from deleting(
        ctx,
        bucket,
        parameters["Key"],
        parameters.get("VersionId"),
        conditions.given(parameters, conditions.DELETE),
        bypass=bypass,
    )


def deleting(
    ctx: Context,
    bucket: Bucket,
    key: str,
    version_id: str | None,
    context: Keys,
    *,
    bypass: bool,
) -> Iterator[Access]:
    """DeleteObject or DeleteObjectVersion, and BypassGovernanceRetention where that is asked."""
    if version_id is not None:
        context = {**context, "s3:versionid": version_id}
    action = versioned("DeleteObject", version_id)
    yield access(ctx, bucket, action, key=key, context=context)
    if bypass:
        yield access(ctx, bucket, "BypassGovernanceRetention", key=key, context=context)
