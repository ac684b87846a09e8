"""One SELECT over events: what may stand in it, and what of it has to be known to answer it.

DuckDB's own parser reads the statement; then every node of it must be of a known kind. What is not
known is refused: files, other tables, functions that look outside, statements that change anything.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from doorward.analysis.trail import functions
from doorward.analysis.trail.columns import COLUMNS, NAMES, create
from doorward.analysis.trail.functions import ALLOWED, PATTERNS, WRITTEN_ANEW

LONGEST = 10_000
"""Characters of a statement, as StartQuery has it."""

UUID = re.compile(
    r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/"
    r'|(?P<quote>"?)\b(?P<id>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\b(?P=quote)'
    r'|"(?:[^"]|"")*"',
    re.DOTALL,
)
NODE_WORDS = (
    # queries
    "SELECT_NODE SET_OPERATION_NODE CTE_NODE "
    # what is selected from
    "BASE_TABLE SUBQUERY JOIN EMPTY EMPTY_FROM TABLE_FUNCTION EXPRESSION_LIST "
    # expressions
    "COLUMN_REF STAR VALUE_CONSTANT FUNCTION LAMBDA LAMBDA_REF CASE_EXPR CASE OPERATOR_CAST "
    "CAST BETWEEN COMPARE_BETWEEN SUBQUERY_EXPRESSION ARRAY_CONSTRUCTOR ARRAY_EXTRACT "
    "ARRAY_SLICE STRUCT_EXTRACT ROW_CONSTRUCTOR COLLATE "
    "COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN "
    "COMPARE_LESSTHANOREQUALTO COMPARE_GREATERTHANOREQUALTO COMPARE_IN COMPARE_NOT_IN "
    "COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM CONJUNCTION_AND CONJUNCTION_OR "
    "OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE OPERATOR_NULLIF "
    "OPERATOR_TRY GROUPING_FUNCTION TYPE "
    "WINDOW_AGGREGATE WINDOW_RANK WINDOW_RANK_DENSE WINDOW_NTILE WINDOW_PERCENT_RANK "
    "WINDOW_CUME_DIST WINDOW_ROW_NUMBER WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_LEAD "
    "WINDOW_LAG WINDOW_NTH_VALUE "
    # what follows
    "ORDER_MODIFIER LIMIT_MODIFIER DISTINCT_MODIFIER ASCENDING DESCENDING ORDER_DEFAULT"
)
NODES = frozenset(NODE_WORDS.split())
"""The types of node that may stand in a statement."""

KIND_WORDS = (
    "COLUMN_REF CONSTANT FUNCTION OPERATOR COMPARISON CONJUNCTION CASE CAST STAR SUBQUERY BETWEEN "
    "WINDOW LAMBDA LAMBDA_REF COLLATE TYPE"
)
KINDS = frozenset(KIND_WORDS.split())
"""The classes of expression that may stand in a statement."""

SAFE: Mapping[str, str | bool] = MappingProxyType(
    {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
    }
)
"""Settings of a connection that sees nothing but what was put into it."""

TABLE_FUNCTIONS = frozenset({"unnest"})


class Refused(Exception):
    """A statement that is not run, and why not."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that may be run: its text, and the columns and tables of it that are needed.

    `unnamed` are the places of the result's columns that are expressions without a name.
    """

    text: str
    columns: frozenset[str]
    tables: frozenset[str]
    unnamed: frozenset[int]


def read(text: str, tables: Collection[str]) -> Statement:
    """The statement *text*, which may ask the *tables*.

    Raises:
        Refused: it is not one SELECT, or something in it may not be.
    """
    import duckdb  # noqa: PLC0415 - an extra, and slow to import

    if len(text) > LONGEST:
        raise Refused(f"the statement has more than {LONGEST} characters")
    with duckdb.connect(config=dict(SAFE)) as db:
        tree = _parsed(db, text)
        query = tree["statements"][0]
        text = text.strip().rstrip(";")
        own = {one["key"].lower() for one in _named_queries(query)}
        names = {table.lower() for table in tables}
        if own & names:
            raise Refused(f"`{min(own & names)}` is a table already")
        used = _check(query, own | names)
        unnamed = _unnamed(query["node"])
        if _rewrite(query):
            text = _written(db, tree)
        try:
            _try(db, text, tables)
        except duckdb.Error as error:
            raise Refused(plain(error)) from error
    columns = NAMES if _takes_all(query, names) else frozenset(_words(query)) & NAMES
    return Statement(text, columns, frozenset(used & names), unnamed)


def prepare(db: Any) -> None:
    """Make the functions in *db*, a new connection to DuckDB."""
    db.execute("SET TimeZone = 'UTC'")
    db.execute("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")
    for one in functions.statements():
        db.execute(one)


def plain(error: Exception) -> str:
    """What DuckDB says in *error*, without the kind of error and without candidates."""
    said = str(error).partition("\n")[0].removesuffix("!")
    return said.partition("Error: ")[2] or said


def _try(db: Any, text: str, tables: Collection[str]) -> None:
    """Have DuckDB plan *text* over empty *tables*: it finds names and types that do not exist."""
    prepare(db)
    for table in tables:
        db.execute(create(table, COLUMNS))
    db.execute(f"EXPLAIN {text}").fetchall()


def with_stores(text: str) -> tuple[str, Mapping[str, str]]:
    """*text* with a name for each id of an event data store in it, and the ids by those names."""
    found: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        if match["id"] is None:
            return match[0]
        return found.setdefault(match["id"].lower(), f"store_{len(found)}")

    return UUID.sub(named, text), {name: one for one, name in found.items()}


def _parsed(db: Any, text: str) -> dict[str, Any]:
    """DuckDB's tree of *text*."""
    answer = db.execute("SELECT json_serialize_sql(?)", [text]).fetchone()[0]
    tree: dict[str, Any] = json.loads(answer)
    if tree["error"]:
        said = tree["error_message"]
        if "Only SELECT" in said:
            raise Refused("only SELECT statements can be run")
        position = tree.get("position")
        raise Refused(said + (f", at character {int(position) + 1}" if position else ""))
    if len(tree["statements"]) != 1:
        raise Refused(f"expected one statement, found {len(tree['statements'])}")
    return tree


def _written(db: Any, tree: Mapping[str, Any]) -> str:
    """The text of *tree*."""
    answer = db.execute("SELECT json_deserialize_sql(?::JSON)", [json.dumps(tree)])
    text: str = answer.fetchone()[0]
    return text


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in *tree*."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _named_queries(tree: Any) -> Iterator[dict[str, Any]]:
    """The entries of every WITH."""
    for node in _nodes(tree):
        yield from node["cte_map"]["map"] if node.get("cte_map") else ()


def _check(tree: Any, tables: Collection[str]) -> set[str]:
    """The tables that *tree* asks.

    Raises:
        Refused: it holds something else than known kinds, functions and *tables*.
    """
    used: set[str] = set()
    for node in _nodes(tree):
        kind = node.get("type")
        if isinstance(kind, str) and kind not in NODES and "id" not in node:
            raise Refused(f"`{kind.lower().replace('_', ' ')}` is not supported")
        if node.get("class", "FUNCTION") not in {*KINDS, "WINDOW"}:
            raise Refused(f"`{node['class'].lower()}` is not supported")
        if node.get("sample") is not None:
            raise Refused("`TABLESAMPLE` is not supported")
        if kind == "BASE_TABLE":
            used.add(_table(node, tables))
        if kind == "TABLE_FUNCTION":
            _function(node["function"], TABLE_FUNCTIONS)
        elif "function_name" in node:
            _function(node, ALLOWED)
    return used


def _table(node: Mapping[str, Any], tables: Collection[str]) -> str:
    name: str = node["table_name"].lower()
    if len(node["qualified_name"]["path"]) > 1 or name not in tables:
        path = ".".join(node["qualified_name"]["path"])
        raise Refused(f"there is no table `{path}`")
    if node.get("at_clause") is not None:
        raise Refused("`AT` is not supported")
    return name


def _function(node: Mapping[str, Any], allowed: Collection[str]) -> None:
    path = node.get("qualified_name", {"path": [node["function_name"]]})["path"]
    if len(path) > 1 or node["function_name"].lower() not in allowed:
        raise Refused(f"the function `{'.'.join(path)}` is not supported")


def _takes_all(tree: Any, tables: Collection[str]) -> bool:
    """Whether *tree* may need columns that it does not name."""
    rows = set(tables)
    for node in _nodes(tree):
        if node.get("type") == "BASE_TABLE" and node["alias"]:
            rows.add(node["alias"].lower())
    for node in _nodes(tree):
        if node.get("class") == "STAR" or node.get("ref_type") == "NATURAL":
            return True
        if node.get("class") == "COLUMN_REF":
            first, *rest = node["column_names"]
            if not rest and first.lower() in rows:  # the row as one value
                return True
    return False


def _unnamed(node: Mapping[str, Any]) -> frozenset[int]:
    """The places of expressions without a name among what *node* selects; none beside a `*`."""
    while "select_list" not in node:
        inner = node.get("left") or next(iter(node.get("children") or ()), None)
        if inner is None:
            return frozenset()
        node = inner
    chosen = node["select_list"]
    if any(one["class"] == "STAR" for one in chosen):
        return frozenset()
    return frozenset(
        place
        for place, one in enumerate(chosen)
        if not one["alias"] and one["type"] not in {"COLUMN_REF", "STRUCT_EXTRACT"}
    )


def _words(tree: Any) -> Iterator[str]:
    """Every text in *tree*, small: whatever names a column is among it."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, str):
            yield one.lower()


def _rewrite(tree: Any) -> bool:
    """Put what Presto means into what DuckDB means, in place; whether anything was to be done.

    `m['key']` is a look-up in JSON, `element_at(l, 1)` one in a list; dates have other patterns.
    """
    changed = False
    for node in _nodes(tree):
        called = node["function_name"].lower() if node.get("class") == "FUNCTION" else ""
        if node.get("type") == "ARRAY_EXTRACT" and _literal(node["children"][1]) == "STRING":
            children = node.pop("children")
            node.update(_call("element_at", children), alias=node["alias"])
            changed = True
        elif called == "element_at" and _last(node) == "INTEGER":
            _rename(node, "list_extract")
            changed = True
        elif called in WRITTEN_ANEW and _last(node) == "STRING":
            _rename(node, WRITTEN_ANEW[called])
            pattern = node["arguments"][-1]["expression"]["literal"]
            for theirs, ours in PATTERNS:
                pattern["text"] = pattern["text"].replace(theirs, ours)
            changed = True
    return changed


def _rename(node: dict[str, Any], name: str) -> None:
    """Have the call *node* call the function *name*."""
    node["function_name"] = name
    node["qualified_name"] = {"path": [name]}


def _last(node: Mapping[str, Any]) -> str | None:
    """The kind of the constant that is the last argument of a call."""
    return _literal(node["arguments"][-1]["expression"]) if node["arguments"] else None


def _literal(node: Mapping[str, Any]) -> str | None:
    """The kind of the constant that *node* is."""
    kind: str | None = (node.get("literal") or {}).get("kind")
    return kind


def _call(name: str, arguments: list[Any]) -> dict[str, Any]:
    """A node that calls the function *name*."""
    return {
        "class": "FUNCTION",
        "type": "FUNCTION",
        "function_name": name,
        "schema": "",
        "filter": None,
        "order_bys": {"type": "ORDER_MODIFIER", "orders": []},
        "distinct": False,
        "is_operator": False,
        "export_state": False,
        "catalog": "",
        "arguments": [{"name": "", "expression": one} for one in arguments],
        "qualified_name": {"path": [name]},
        "is_legacy_function_call": False,
    }
