"""An action is called unused only where a call could have told that it is used."""

import pytest
from botocore.session import get_session

from doorward.catalog import actions, tracked_actions

MODELS = {"s3": ("s3", "s3control")}


@pytest.mark.parametrize("service", sorted(tracked_actions.TRACKED))
def test_every_action_that_is_followed_is_told_by_the_name_of_a_call(service: str) -> None:
    told = {
        tracked_actions.action(service, operation)
        for model in MODELS.get(service, (service,))
        for operation in get_session().get_service_model(model).operation_names
    }

    followed = {
        one.name for one in actions.actions(service) if tracked_actions.follows(service, one.name)
    }

    assert followed - told == set()
    assert followed


def test_what_is_not_followed_is_an_action_of_the_catalogue() -> None:
    assert [one for one in sorted(tracked_actions.UNTRACKED) if actions.find(one) is None] == []
