"""The credential report."""

import csv
from collections.abc import Mapping

import pytest

from doorward.services.context import Context
from doorward.services.iam.access_keys import create_access_key, update_access_key
from doorward.services.iam.credential_report import (
    generate_credential_report,
    get_credential_report,
)
from doorward.services.iam.errors import ReportExpired, ReportNotPresent
from doorward.services.iam.login_profiles import create_login_profile, update_login_profile
from doorward.services.iam.password_policy import update_account_password_policy
from doorward.services.iam.users import create_user
from doorward.store import last_used
from doorward.store.last_used import Use
from services.support import ACCOUNT, NOW, World, later

HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)
CREATED = "2026-11-25T06:35:00Z"


def text(ctx: Context) -> str:
    generate_credential_report(ctx)
    content: bytes = get_credential_report(ctx)["Content"]
    return content.decode()


def rows(ctx: Context) -> Mapping[str, Mapping[str, str]]:
    return {row["user"]: row for row in csv.DictReader(text(ctx).split("\n"))}


def key(ctx: Context, user_name: str | None) -> str:
    key_id: str = create_access_key(ctx, user_name=user_name)["AccessKey"]["AccessKeyId"]
    return key_id


def test_a_report_is_started_and_then_complete(ctx: Context) -> None:
    first = generate_credential_report(ctx)

    assert first == {
        "State": "STARTED",
        "Description": "No report exists. Starting a new report generation task",
    }
    assert generate_credential_report(ctx) == {"State": "COMPLETE"}
    report = get_credential_report(ctx)
    assert (report["ReportFormat"], report["GeneratedTime"]) == ("text/csv", NOW)


def test_there_is_no_report_before_one_was_generated(ctx: Context) -> None:
    with pytest.raises(ReportNotPresent):
        get_credential_report(ctx)


def test_a_report_stays_as_it_is_for_four_hours(ctx: Context) -> None:
    before = text(ctx)
    create_user(ctx, user_name="alice")

    assert text(later(ctx, hours=3, minutes=59)) == before
    with pytest.raises(ReportExpired):
        get_credential_report(later(ctx, hours=4))
    assert generate_credential_report(later(ctx, hours=4))["State"] == "STARTED"
    assert get_credential_report(later(ctx, hours=4))["Content"].count(b"\n") == 2


def test_the_root_comes_first_and_users_follow_by_name(ctx: Context) -> None:
    for name in ["bob", "Alice", "carol"]:
        create_user(ctx, user_name=name)

    lines = text(ctx).split("\n")
    assert lines[0] == HEADER
    assert [line.split(",")[0] for line in lines[1:]] == [
        "<root_account>",
        "Alice",
        "bob",
        "carol",
    ]


def test_a_user_without_credentials_has_a_row_of_nothing(ctx: Context) -> None:
    create_user(ctx, user_name="alice", path="/staff/")

    assert text(ctx).split("\n")[2] == (
        f"alice,arn:aws:iam::{ACCOUNT}:user/staff/alice,{CREATED},false,N/A,N/A,N/A,false,"
        "false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    )


def test_the_roots_row_says_what_readers_expect(ctx: Context) -> None:
    key(ctx, None)

    assert text(ctx).split("\n")[1] == (
        f"<root_account>,arn:aws:iam::{ACCOUNT}:root,{CREATED},false,no_information,"
        f"not_supported,not_supported,false,true,{CREATED},N/A,N/A,N/A,"
        "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    )


def test_a_password_shows_its_last_change_and_the_next_one_due(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    create_login_profile(ctx, user_name="alice", password="Correct-Horse-1")
    update_login_profile(later(ctx, days=1), user_name="alice", password="Battery-Staple-2")

    alice = rows(ctx)["alice"]
    assert alice["password_enabled"] == "true"
    assert alice["password_last_used"] == "no_information"
    assert alice["password_last_changed"] == "2026-11-26T06:35:00Z"
    assert alice["password_next_rotation"] == "N/A"
    update_account_password_policy(ctx, max_password_age=30)
    assert rows(later(ctx, hours=5))["alice"]["password_next_rotation"] == "2026-12-26T06:35:00Z"


def test_keys_show_status_and_last_use_in_the_order_of_their_ids(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    first, second = sorted([key(ctx, "alice"), key(later(ctx, days=1), "alice")])
    update_access_key(ctx, user_name="alice", access_key_id=first, status="Inactive")
    last_used.note(
        ctx.db,
        [
            Use(first, None, NOW, "iam", "us-east-1"),
            Use(second, None, NOW, "s3", "eu-west-1"),
        ],
    )

    alice = rows(ctx)["alice"]
    assert alice["access_key_1_active"] == "false"
    assert alice["access_key_1_last_rotated"] == CREATED
    assert alice["access_key_1_last_used_date"] == CREATED
    assert alice["access_key_1_last_used_region"] == "us-east-1"
    assert alice["access_key_1_last_used_service"] == "iam"
    assert alice["access_key_2_active"] == "true"
    assert alice["access_key_2_last_used_region"] == "N/A"
    assert alice["access_key_2_last_used_service"] == "s3"


def test_a_name_with_a_comma_stays_one_field(ctx: Context) -> None:
    create_user(ctx, user_name="alice,admin", path='/"a"/')

    row = rows(ctx)["alice,admin"]
    assert row["arn"] == f'arn:aws:iam::{ACCOUNT}:user/"a"/alice,admin'
    assert row["cert_2_last_rotated"] == "N/A"


def test_a_report_holds_the_callers_account_only(world: World, ctx: Context) -> None:
    create_user(world.root("210987654321"), user_name="stranger")
    key(world.root("210987654321"), "stranger")

    assert set(rows(ctx)) == {"<root_account>"}
