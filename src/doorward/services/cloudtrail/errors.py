"""What CloudTrail refuses, one class per cause.

Sentences that nobody is known to have recorded follow the reference's descriptions (assumed).

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
"""

from typing import ClassVar

from doorward.base.errors import AwsError


class Plain(AwsError):
    """A refusal whose sentence is always the same. Never raised directly."""

    code = "CloudTrailException"
    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class Named(AwsError):
    """A refusal that names what it is about. Never raised directly."""

    code = "CloudTrailException"
    sentence: ClassVar[str]

    def __init__(self, name: str) -> None:
        super().__init__(self.sentence.format(name))


class TrailNotFound(AwsError):
    """The account has no such trail, or none in this Region."""

    code = "TrailNotFoundException"

    def __init__(self, name: str, account: str) -> None:
        super().__init__(f"Unknown trail: {name} for the user: {account}")


class InvalidTrailName(AwsError):
    """The name breaks the rules for names of trails."""

    code = "InvalidTrailNameException"


class InvalidParameter(AwsError):
    """A parameter has a value that cannot be used."""

    code = "InvalidParameterException"


class InvalidParameterCombination(AwsError):
    """Parameters exclude each other, or one needs another."""

    code = "InvalidParameterCombinationException"


class InvalidEventSelectors(AwsError):
    """Event selectors break a rule."""

    code = "InvalidEventSelectorsException"


class InvalidInsightSelectors(AwsError):
    """Insight selectors break a rule."""

    code = "InvalidInsightSelectorsException"


class InvalidLookupAttributes(AwsError):
    """What is looked for cannot be looked for so."""

    code = "InvalidLookupAttributesException"


class InvalidTimeRange(AwsError):
    """The time asked for ends before it begins, or has not come."""

    code = "InvalidTimeRangeException"


class InvalidTagParameter(AwsError):
    """A tag breaks the rules for tags."""

    code = "InvalidTagParameterException"


class InvalidQueryStatement(AwsError):
    """The statement is no query that can be run."""

    code = "InvalidQueryStatementException"


class InvalidImportSource(AwsError):
    """The source of an import cannot be used."""

    code = "InvalidImportSourceException"


class InvalidCloudWatchLogsLogGroupArn(AwsError):
    """The log group is not named by its ARN, or its role is missing."""

    code = "InvalidCloudWatchLogsLogGroupArnException"


class InvalidCloudWatchLogsRoleArn(AwsError):
    """The role is not named by its ARN, or its log group is missing."""

    code = "InvalidCloudWatchLogsRoleArnException"


class UnsupportedOperation(AwsError):
    """It cannot be done here."""

    code = "UnsupportedOperationException"


class ResourcePolicyNotValid(AwsError):
    """The policy is not one that the resource can have."""

    code = "ResourcePolicyNotValidException"


class InsufficientS3BucketPolicy(AwsError):
    """CloudTrail may not write to the bucket."""

    code = "InsufficientS3BucketPolicyException"


class InvalidMaxResults(Plain):
    """MaxResults is out of its bounds."""

    code = "InvalidMaxResultsException"
    sentence = "Max results must be between 1 and 50."


class InvalidNextToken(Plain):
    """The token was not made for this list."""

    code = "InvalidNextTokenException"
    sentence = "Invalid token."


class InvalidToken(Plain):
    """The token was not made for this list."""

    code = "InvalidTokenException"
    sentence = "Invalid token."


class InvalidEventCategory(Plain):
    """There are no such events."""

    code = "InvalidEventCategoryException"
    sentence = "Event category is not valid."


class TagsLimitExceeded(Plain):
    """There would be more tags than a resource may have."""

    code = "TagsLimitExceededException"
    sentence = "The number of tags per resource has exceeded the limit of 50."


class NotOrganizationMasterAccount(Plain):
    """Only the management account may."""

    code = "NotOrganizationMasterAccountException"
    sentence = "This operation can only be performed by the management account of the organization."


class NotOrganizationManagementAccount(Plain):
    """Only the management account may."""

    code = "NotOrganizationManagementAccountException"
    sentence = "This operation can only be performed by the management account of the organization."


class OrganizationsNotInUse(Plain):
    """The account is in no organization."""

    code = "OrganizationsNotInUseException"
    sentence = "Your account is not a member of an organization."


class OrganizationNotInAllFeaturesMode(Plain):
    """The organization has not all features."""

    code = "OrganizationNotInAllFeaturesModeException"
    sentence = "The organization does not have all features enabled."


class CloudTrailAccessNotEnabled(Plain):
    """The organization does not trust CloudTrail."""

    code = "CloudTrailAccessNotEnabledException"
    sentence = "CloudTrail is not enabled as a trusted service of the organization."


class CannotDelegateManagementAccount(Plain):
    """The management account administers everything already."""

    code = "CannotDelegateManagementAccountException"
    sentence = "The management account cannot be registered as a delegated administrator."


class DelegatedAdminAccountLimitExceeded(Plain):
    """There are as many administrators as may be."""

    code = "DelegatedAdminAccountLimitExceededException"
    sentence = "The maximum number of CloudTrail delegated administrators is reached."


class MaxConcurrentQueries(Plain):
    """As many queries run as may."""

    code = "MaxConcurrentQueriesException"
    sentence = "You are already running the maximum number of concurrent queries."


class InsightNotEnabled(Plain):
    """No insight selectors are set."""

    code = "InsightNotEnabledException"
    sentence = "Insights are not enabled for this trail or event data store."


class TrailAlreadyExists(Named):
    """A trail has that name."""

    code = "TrailAlreadyExistsException"
    sentence = "Trail {} already exists for customer."


class MaximumNumberOfTrailsExceeded(Named):
    """There are as many trails as a Region may have."""

    code = "MaximumNumberOfTrailsExceededException"
    sentence = "User already has {} trails in this region."


class S3BucketDoesNotExist(Named):
    """There is no such bucket."""

    code = "S3BucketDoesNotExistException"
    sentence = "S3 bucket {} does not exist!"


class InvalidS3BucketName(Named):
    """It is no name of a bucket."""

    code = "InvalidS3BucketNameException"
    sentence = "Bucket name {} is not valid."


class InvalidS3Prefix(Named):
    """The prefix is too long."""

    code = "InvalidS3PrefixException"
    sentence = "S3 prefix {} is not valid."


class InvalidSnsTopicName(Named):
    """It names no topic."""

    code = "InvalidSnsTopicNameException"
    sentence = "SNS topic name {} is not valid."


class InvalidKmsKeyId(Named):
    """It names no key."""

    code = "InvalidKmsKeyIdException"
    sentence = "KMS key {} is not valid."


class InvalidHomeRegion(Named):
    """It is changed only where it was made."""

    code = "InvalidHomeRegionException"
    sentence = "Trail {} can only be changed in its home Region."


class CloudTrailARNInvalid(Named):
    """It is no ARN of a trail."""

    code = "CloudTrailARNInvalidException"
    sentence = "ARN {} is not valid."


class EventDataStoreARNInvalid(Named):
    """It is no ARN of an event data store."""

    code = "EventDataStoreARNInvalidException"
    sentence = "ARN {} is not valid for an event data store."


class ChannelARNInvalid(Named):
    """It is no ARN of a channel."""

    code = "ChannelARNInvalidException"
    sentence = "ARN {} is not valid for a channel."


class ResourceARNNotValid(Named):
    """It is no ARN of a resource of CloudTrail."""

    code = "ResourceARNNotValidException"
    sentence = "ARN {} is not valid."


class ResourceTypeNotSupported(Named):
    """It cannot be done to resources of that type."""

    code = "ResourceTypeNotSupportedException"
    sentence = "The resource type of {} is not supported."


class ResourceNotFound(Named):
    """There is no such resource."""

    code = "ResourceNotFoundException"
    sentence = "The resource {} does not exist."


class ResourcePolicyNotFound(Named):
    """The resource has no policy."""

    code = "ResourcePolicyNotFoundException"
    sentence = "The resource {} has no policy."


class EventDataStoreNotFound(Named):
    """There is no such event data store."""

    code = "EventDataStoreNotFoundException"
    sentence = "Event data store {} does not exist."


class EventDataStoreAlreadyExists(Named):
    """An event data store has that name."""

    code = "EventDataStoreAlreadyExistsException"
    sentence = "Event data store {} already exists."


class EventDataStoreMaxLimitExceeded(Named):
    """There are as many as a Region may have."""

    code = "EventDataStoreMaxLimitExceededException"
    sentence = "The account has {} event data stores, as many as it may have."


class EventDataStoreTerminationProtected(Named):
    """It is protected."""

    code = "EventDataStoreTerminationProtectedException"
    sentence = "Event data store {} is protected from termination."


class EventDataStoreFederationEnabled(Named):
    """Queries of Athena reach it."""

    code = "EventDataStoreFederationEnabledException"
    sentence = "Federation is enabled for event data store {}."


class InactiveEventDataStore(Named):
    """It waits for its deletion."""

    code = "InactiveEventDataStoreException"
    sentence = "Event data store {} is not active."


class InvalidEventDataStoreStatus(Named):
    """Its status does not let it be done."""

    code = "InvalidEventDataStoreStatusException"
    sentence = "The status of event data store {} does not allow the operation."


class InvalidEventDataStoreCategory(Named):
    """It takes other events."""

    code = "InvalidEventDataStoreCategoryException"
    sentence = "The events of event data store {} do not allow the operation."


class ChannelExistsForEDS(Named):
    """A channel leads to it."""

    code = "ChannelExistsForEDSException"
    sentence = "A channel has event data store {} as its destination."


class ChannelNotFound(Named):
    """There is no such channel."""

    code = "ChannelNotFoundException"
    sentence = "Channel {} does not exist."


class ChannelAlreadyExists(Named):
    """A channel has that name."""

    code = "ChannelAlreadyExistsException"
    sentence = "Channel {} already exists."


class ChannelMaxLimitExceeded(Named):
    """There are as many as a Region may have."""

    code = "ChannelMaxLimitExceededException"
    sentence = "The account has {} channels, as many as it may have."


class InvalidSource(Named):
    """No events come from there."""

    code = "InvalidSourceException"
    sentence = "Source {} is not valid."


class Conflict(Named):
    """One of that name exists."""

    code = "ConflictException"
    sentence = "{} exists already."


class ServiceQuotaExceeded(Named):
    """There are as many as a Region may have."""

    code = "ServiceQuotaExceededException"
    sentence = "The quota of {} is reached."


class QueryIdNotFound(Named):
    """There is no such query."""

    code = "QueryIdNotFoundException"
    sentence = "Query {} does not exist."


class InactiveQuery(Named):
    """The query has ended."""

    code = "InactiveQueryException"
    sentence = "Query {} is not running."


class ImportNotFound(Named):
    """There is no such import."""

    code = "ImportNotFoundException"
    sentence = "Import {} does not exist."


class AccountNotFound(Named):
    """The organization has no such account."""

    code = "AccountNotFoundException"
    sentence = "Account {} is not a member of the organization."


class AccountRegistered(Named):
    """It administers CloudTrail."""

    code = "AccountRegisteredException"
    sentence = "Account {} is registered as a delegated administrator."


class AccountNotRegistered(Named):
    """It does not administer CloudTrail."""

    code = "AccountNotRegisteredException"
    sentence = "Account {} is not registered as a delegated administrator."
