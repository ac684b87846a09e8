"""The band that a series is expected to stay in: rules of which points it follows from."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from doorward.services.cloudwatch.math.band import OUTLIERS, Learning, band, trained

HOUR, DAY = 3_600, 86_400
NOW = 20_000 * DAY  # at midnight


def ends(points: dict[int, float], at: int, learning: Learning | None = None) -> tuple[float, ...]:
    model = trained(sorted(points.items()), learning or Learning())
    lower, upper = band(model, [at], 2.0)
    return (*lower.values(), *upper.values())


def hourly(days: int, value: "dict[int, float]") -> dict[int, float]:
    """Points each hour, of the value that the hour of the day has, else 1."""
    count = days * 24
    return {NOW - n * HOUR: value.get((-n) % 24, 1.0) for n in range(1, count + 1)}


def test_each_hour_of_the_day_has_a_band_of_its_own() -> None:
    points = hourly(14, {3: 50.0})

    assert ends(points, NOW + 3 * HOUR + 60) == (50.0, 50.0)
    assert ends(points, NOW + 4 * HOUR) == (1.0, 1.0)


def test_a_band_reaches_as_many_deviations_as_asked_for_to_both_sides_of_the_mean() -> None:
    points = {NOW - n * DAY: 10.0 + (-1) ** n for n in range(1, 15)}

    assert ends(points, NOW) == pytest.approx((8.0, 12.0))


def test_hours_of_a_weekday_count_alone_once_they_have_points_enough() -> None:
    weekly = {NOW - n * 300: 5.0 for n in range(1, 14 * 288 + 1)}
    for week in (1, 2):
        weekly |= {NOW - week * 7 * DAY + n * 300: 90.0 for n in range(12)}

    assert ends(weekly, NOW) == (90.0, 90.0)
    assert ends(weekly, NOW + DAY) == (5.0, 5.0)


def test_a_series_of_one_day_has_the_band_of_all_its_points_and_a_shorter_one_has_none() -> None:
    assert ends({NOW - n * 60: 4.0 for n in range(1, 11)}, NOW) == (4.0, 4.0)
    assert ends({NOW - n * 60: 4.0 for n in range(1, 10)}, NOW) == ()


def test_points_of_the_hour_itself_and_of_long_ago_do_not_count() -> None:
    points = hourly(14, {})
    here = {NOW + n * 60: 1_000.0 for n in range(60)}
    old = {NOW - 15 * DAY - n * HOUR: 1_000.0 for n in range(24)}

    assert ends(old | points | here, NOW + 30 * 60) == (1.0, 1.0)


def test_excluded_times_do_not_count() -> None:
    points = hourly(14, {}) | {NOW - DAY + n * HOUR: 1_000.0 for n in range(24)}

    assert ends(points, NOW) != (1.0, 1.0)
    assert ends(points, NOW, Learning(excluded=[(NOW - DAY, NOW)])) == (1.0, 1.0)


def test_hours_follow_the_time_zone_over_a_change_of_the_clocks() -> None:
    """Daily at eight in Berlin, before and after summer time ended on 25 October 2026."""
    berlin = ZoneInfo("Europe/Berlin")
    change = 1_792_890_000  # 01:00 UTC
    morning = {change - 14 * HOUR - 5 * HOUR - n * DAY: 70.0 for n in range(12)}
    rest = {at + shift * HOUR: 1.0 for at in morning for shift in (1, 2, 3)}
    after = change + DAY + 6 * HOUR  # 07:00 UTC is eight o'clock in winter
    points = dict(sorted((morning | rest).items()))

    assert {at % DAY for at in morning} == {6 * HOUR}
    assert ends(points, after, Learning(zone=berlin)) == (70.0, 70.0)
    assert ends(points, after, Learning(zone=UTC)) == (1.0, 1.0)


def test_strict_filtering_leaves_hours_out_that_are_far_from_the_others() -> None:
    points = {NOW - n * HOUR: 10.0 + n % 3 for n in range(1, 200)} | {NOW - 5 * HOUR: 9_000.0}

    assert ends(points, NOW + 19 * HOUR)[1] > 1_000
    assert ends(points, NOW + 19 * HOUR, Learning(outliers=OUTLIERS["STRICT"]))[1] < 20
