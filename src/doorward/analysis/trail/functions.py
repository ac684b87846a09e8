"""The functions that a query may call: Presto's names, as CloudTrail Lake has them.

Some are DuckDB's own and mean the same; the others are made here, as macros. A function that is in
neither table is refused, whatever DuckDB has.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-limitations.html
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

OWN: Mapping[str, str] = MappingProxyType(
    {
        "aggregates": (
            "any_value approx_quantile arbitrary arg_max arg_min array_agg avg bit_and bit_or "
            "bool_and bool_or corr count count_if count_star covar_pop covar_samp geometric_mean "
            "histogram kurtosis list listagg max max_by median min min_by mode skewness stddev "
            "stddev_pop stddev_samp string_agg sum var_pop var_samp variance"
        ),
        "windows": (
            "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank "
            "rank row_number"
        ),
        "text": (
            "chr concat concat_ws contains ends_with format from_base64 from_hex length "
            "levenshtein like_escape not_like_escape ilike_escape lower lpad ltrim md5 position "
            "regexp_extract regexp_extract_all regexp_full_match regexp_matches repeat replace "
            "reverse rpad rtrim sha256 split split_part starts_with strlen strpos substr substring "
            "to_base64 to_hex translate trim upper url_decode url_encode ~~ !~~ ~~* !~~* || ~"
        ),
        "numbers": (
            "abs ceil ceiling cbrt exp floor greatest least ln log log10 log2 mod pi pow power "
            "round sign sqrt trunc + - * / // % ** ^"
        ),
        "times": (
            "current_date current_timestamp localtimestamp now date_part date_trunc day dayofweek "
            "dayofyear epoch hour last_day microsecond millisecond minute month quarter second "
            "strftime strptime timezone to_days to_hours to_microseconds to_milliseconds "
            "to_minutes to_months to_seconds to_timestamp to_weeks to_years week weekofyear year "
            "yearweek"
        ),
        "JSON": (
            "json json_array_length json_contains json_exists json_extract json_extract_path "
            "json_extract_path_text json_extract_string json_keys json_type json_valid json_value "
            "to_json -> ->>"
        ),
        "arrays and maps": (
            "array_contains array_distinct array_extract array_has array_intersect array_length "
            "array_position array_slice array_sort array_to_string array_value cardinality filter "
            "flatten len list_aggregate list_contains list_distinct list_extract list_filter "
            "list_has_any list_sort list_transform list_value map map_entries map_extract "
            "map_extract_value map_from_entries map_keys map_values range generate_series row "
            "string_split struct_extract struct_pack unnest"
        ),
        "others": (
            "coalesce date error if ifnull isnan nullif try typeof current_user session_user"
        ),
    }
)
"""Functions and operators that are DuckDB's own."""

UNIT = (
    "CASE lower(unit) WHEN 'millisecond' THEN to_milliseconds(n) WHEN 'second' THEN to_seconds(n) "
    "WHEN 'minute' THEN to_minutes(n) WHEN 'hour' THEN to_hours(n) "
    "WHEN 'day' THEN to_days(n::INTEGER) WHEN 'week' THEN to_weeks(n::INTEGER) "
    "WHEN 'month' THEN to_months(n::INTEGER) WHEN 'quarter' THEN to_months((3 * n)::INTEGER) "
    "WHEN 'year' THEN to_years(n::INTEGER) "
    "ELSE error('date_add: `' || unit || '` is no unit of time') END"
)
PATTERNS = (("%i", "%M"), ("%s", "%S"), ("%T", "%H:%M:%S"))
"""What stands in patterns of Presto's dates, and what in DuckDB's."""
PATH = "system.main.regexp_replace(path, '\\[\"([^\"]*)\"\\]', '.\"\\1\"', 'g')"

MADE: Mapping[str, str] = MappingProxyType(
    {
        "all_match": "(l, f) AS len(list_filter(l, f)) = len(l)",
        "any_match": "(l, f) AS len(list_filter(l, f)) > 0",
        "none_match": "(l, f) AS len(list_filter(l, f)) = 0",
        "approx_distinct": "(x) AS approx_count_distinct(x)",
        "approx_percentile": "(x, share) AS approx_quantile(x, share)",
        "array_except": (
            "(a, b) AS list_distinct(list_filter(a, lambda x: NOT list_contains(b, x)))"
        ),
        "array_join": "(l, mark) AS array_to_string(l, mark)",
        "array_max": "(l) AS list_max(l)",
        "array_min": "(l) AS list_min(l)",
        "array_remove": "(l, item) AS list_filter(l, lambda x: x IS DISTINCT FROM item)",
        "array_union": "(a, b) AS list_distinct(list_concat(a, b))",
        "arrays_overlap": "(a, b) AS list_has_any(a, b)",
        "at_timezone": "(t, zone) AS timezone(zone, t)",
        "codepoint": "(s) AS ord(s)",
        "date_add": f"(unit, n, t) AS t + {UNIT}",
        "date_diff": "(unit, a, b) AS date_sub(unit, a, b)",
        "day_of_month": "(t) AS dayofmonth(t)",
        "day_of_week": "(t) AS isodow(t)",
        "day_of_year": "(t) AS dayofyear(t)",
        "element_at": "(m, key) AS json_extract_string(to_json(m), '$.\"' || key || '\"')",
        "every": "(x) AS bool_and(x)",
        "from_iso8601_date": "(s) AS s::DATE",
        "from_iso8601_timestamp": "(s) AS s::TIMESTAMPTZ",
        "from_unixtime": "(seconds) AS to_timestamp(seconds)",
        "is_json_scalar": "(j) AS json_type(j::JSON) NOT IN ('OBJECT', 'ARRAY')",
        "is_nan": "(x) AS isnan(x)",
        "json_array_contains": "(j, item) AS json_contains(j::JSON, to_json(item))",
        "json_extract_scalar": (
            f"(j, path) AS CASE WHEN json_type(j::JSON, {PATH}) IN ('OBJECT', 'ARRAY') THEN NULL "
            f"ELSE json_extract_string(j::JSON, {PATH}) END"
        ),
        "json_format": "(j) AS j::VARCHAR",
        "json_parse": "(s) AS s::JSON",
        "json_size": (
            f"(j, path) AS CASE json_type(j::JSON, {PATH}) WHEN 'OBJECT' "
            f"THEN len(json_keys(j::JSON, {PATH})) WHEN 'ARRAY' "
            f"THEN json_array_length(j::JSON, {PATH})::BIGINT ELSE 0 END"
        ),
        "last_day_of_month": "(t) AS last_day(t)",
        "levenshtein_distance": "(a, b) AS levenshtein(a, b)",
        "map_agg": "(k, v) AS map_from_entries(list((k, v)))",
        "regexp_count": "(s, pattern) AS len(regexp_extract_all(s, pattern))",
        "regexp_like": "(s, pattern) AS regexp_matches(s, pattern)",
        "regexp_replace": (
            "(s, pattern, other) AS system.main.regexp_replace(s, pattern, other, 'g'), "
            "(s, pattern) AS system.main.regexp_replace(s, pattern, '', 'g')"
        ),
        "sequence": "(a, b) AS generate_series(a, b)",
        "set_agg": "(x) AS list(DISTINCT x)",
        "slice": "(l, start, size) AS list_slice(l, start, start + size - 1)",
        "to_iso8601": "(t) AS strftime(t::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ')",
        "to_unixtime": "(t) AS epoch(t)",
        "transform": "(l, f) AS list_transform(l, f)",
        "truncate": "(x) AS trunc(x)",
        "url_extract_host": "(u) AS regexp_extract(u, '^[a-zA-Z][a-zA-Z0-9+.-]*://([^/:?#]*)', 1)",
        "url_extract_path": (
            "(u) AS regexp_extract(u, '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*([^?#]*)', 1)"
        ),
    }
)
"""Functions of Presto that DuckDB lacks or has in another form."""

MISSING: Mapping[str, str] = MappingProxyType(
    {
        "format_datetime, parse_datetime": "Joda's patterns; use date_format and date_parse",
        "reduce, zip, zip_with, combinations, ngrams": "not made",
        "map_filter, transform_keys, transform_values, map_concat": "not made",
        "multimap_agg, numeric_histogram, approx_set, merge, checksum": "not made",
        "split_to_map, url_extract_parameter, url_extract_query": "not made",
        "is_subnet_of, ip_prefix": "not made; `trail query --ip` takes a network",
        "CAST(… AS ARRAY(T)), MAP(K, V), ROW(…)": "write T[], MAP(K, V), STRUCT(name T)",
        "UNNEST of an array of structures into a column for each member": (
            "the structure comes as one column: `UNNEST(resources) AS t(r)`, then `r.arn`"
        ),
        "MATCH_RECOGNIZE, TABLESAMPLE, WITH RECURSIVE, LATERAL with functions": "refused",
    }
)
"""What of Presto does not work here, and what to write in its place."""

WRITTEN_ANEW: Mapping[str, str] = MappingProxyType(
    {"date_format": "strftime", "date_parse": "strptime"}
)
"""Functions whose pattern, a text in the statement itself, is put into DuckDB's way of writing."""

ALLOWED = frozenset(" ".join([*OWN.values(), *MADE, *WRITTEN_ANEW]).split())


def statements() -> Iterator[str]:
    """What makes the functions in a new database."""
    for name, made in MADE.items():
        yield f"CREATE MACRO {name}{made}"
