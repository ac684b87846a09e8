"""What CloudTrail Lake refuses: of stores, channels, queries and imports.

Sentences are as `errors` says.
"""

from doorward.base.errors import AwsError
from doorward.services.cloudtrail.errors import Named, Plain


class InvalidQueryStatement(AwsError):
    """The statement is no query that can be run."""

    code = "InvalidQueryStatementException"


class InvalidImportSource(AwsError):
    """The source of an import cannot be used."""

    code = "InvalidImportSourceException"


class MaxConcurrentQueries(Plain):
    """As many queries run as may."""

    code = "MaxConcurrentQueriesException"
    sentence = "You are already running the maximum number of concurrent queries."


class EventDataStoreARNInvalid(Named):
    """It is no ARN of an event data store."""

    code = "EventDataStoreARNInvalidException"
    sentence = "ARN {} is not valid for an event data store."


class ChannelARNInvalid(Named):
    """It is no ARN of a channel."""

    code = "ChannelARNInvalidException"
    sentence = "ARN {} is not valid for a channel."


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


class AccountHasOngoingImport(Plain):
    """An import of the account is under way."""

    code = "AccountHasOngoingImportException"
    sentence = "The account has an import that is still in progress."


class GenerateResponse(AwsError):
    """No query could be made of the prompt."""

    code = "GenerateResponseException"
