"""The JSON Schema of case files, from which `docs/reference/cases.schema.json` is written.

Each description is what a person is told where a value does not fit.

https://json-schema.org/draft/2020-12
"""

from types import MappingProxyType
from typing import Any

Schema = dict[str, Any]

KINDS = (
    "identity",
    "resource",
    "trust",
    "boundary",
    "session",
    "scp",
    "rcp",
    "endpoint",
    "public-access-block",
)
ACCOUNT = "[0-9]{12}"
TEXT: Schema = {"type": "string", "minLength": 1, "description": "text"}


def _ref(name: str, description: str) -> Schema:
    return {"$ref": f"#/$defs/{name}", "description": description}


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _either(description: str, *branches: Schema) -> Schema:
    return {"description": description, "anyOf": list(branches)}


def _object(required: list[str], members: Schema, description: str) -> Schema:
    return {
        "type": "object",
        "properties": members,
        "required": required,
        "additionalProperties": False,
        "description": description,
    }


DOCUMENT: Schema = {
    "type": "object",
    "properties": {"Statement": True},
    "required": ["Statement"],
    "description": "a policy document",
}
NAMED_DOCUMENT = _object(
    ["document"],
    {"document": _ref("document", "a policy document"), "name": TEXT, "arn": TEXT},
    "a policy document with a name",
)
FILE: Schema = _object(
    ["file"],
    {
        "file": TEXT | {"description": "the path of a policy, relative to this file"},
        "at": {
            "type": "string",
            "pattern": "^/",
            "description": "a JSON Pointer to the document in the file, such as `/Policy`",
        },
        "name": TEXT,
        "arn": TEXT,
    },
    "a file that holds a policy document",
)
POLICY = _either(
    "a policy document, the path of one relative to this file, or the ARN of an AWS managed policy",
    TEXT,
    _ref("document", "a policy document"),
    _ref("namedDocument", "a policy document with a name"),
    _ref("file", "a file that holds a policy document"),
)
PRINCIPAL = _either(
    "the ARN of a user, root user, role session or provider, the name of a service, or `anonymous`",
    TEXT,
    _object(
        ["arn"],
        {
            "arn": TEXT | {"description": "the ARN that the request is made with"},
            "role": TEXT | {"description": "of a role session: the ARN of its role, with the path"},
            "user": TEXT | {"description": "of a federated user: the ARN of who asked for it"},
            "id": TEXT | {"description": "the unique id, `AIDA…` of a user or `AROA…` of a role"},
        },
        "a principal with what its ARN does not tell",
    ),
)
VALUE: Schema = {"type": ["string", "boolean", "number"], "description": "text"}
CONTEXT: Schema = {
    "type": "object",
    "additionalProperties": _either(
        "one value, or a list of values for a multivalued key",
        VALUE,
        _list(VALUE, "a list of values"),
    ),
    "description": "condition keys and their values",
}
STATEMENT = _either(
    "the Sid of a statement, or the policy and the Sid, or the policy and the number from 1",
    TEXT,
    _object(
        ["policy"],
        {
            "policy": TEXT | {"description": "its name, its path, or its place in the case"},
            "sid": TEXT | {"description": "the Sid"},
            "statement": {"type": "integer", "minimum": 1, "description": "a number from 1"},
        },
        "a determining statement",
    ),
)
KIND: Schema = {"enum": list(KINDS), "description": "one of " + ", ".join(KINDS)}

MEMBERS: Schema = {
    "name": TEXT | {"description": "the sentence that must hold"},
    "source": {
        "type": "string",
        "pattern": "^https?://",
        "description": "the URL of the page that says so",
    },
    "principal": PRINCIPAL,
    "action": {
        "type": "string",
        "pattern": "^[^:*?\\s]+:[^:*?\\s]+$",
        "description": "an action such as `s3:GetObject`",
    },
    "resource": {
        "type": "string",
        "pattern": "^(arn:.*|\\*)$",
        "description": "an ARN, or `*` for an action that has no resource",
    },
    "resource_account": {
        "type": "string",
        "pattern": f"^{ACCOUNT}$",
        "description": "the owner of the resource: 12 digits in quotes",
    },
    "context": CONTEXT,
    "identity": _either(
        "identity-based policies: one, or a list",
        _ref("policy", POLICY["description"]),
        _list(_ref("policy", POLICY["description"]), "a list of policies"),
    ),
    "resource_policy": _ref("policy", POLICY["description"]),
    "trust": _ref("policy", POLICY["description"]),
    "boundary": _ref("policy", POLICY["description"]),
    "session": _list(_ref("policy", POLICY["description"]), "a list of session policies"),
    "endpoint": _ref("policy", POLICY["description"]),
    "scps": _ref("levels", "a list of levels, root first, each a list of policies"),
    "rcps": _ref("levels", "a list of levels, root first, each a list of policies"),
    "restrict_public_buckets": {"type": "boolean", "description": "`true` or `false`"},
    "outcome": {
        "enum": ["allowed", "explicitDeny", "implicitDeny", "denied"],
        "description": "`allowed`, `denied`, or more exactly `explicitDeny` or `implicitDeny`",
    },
    "decided_by": {
        "enum": [*KINDS, None],
        "description": "null, or one of " + ", ".join(KINDS),
    },
    "blocked_by": _list(KIND, "a list of kinds of policy"),
    "statements": _list(_ref("statement", STATEMENT["description"]), "a list of statements"),
}
REQUIRED = ("name", "principal", "action", "resource", "outcome")


def _named(required: list[str]) -> Schema:
    return _object(required, _references(MEMBERS), "a case")


def _references(members: Schema) -> Schema:
    return {name: _ref(name, one["description"]) for name, one in members.items()}


SCHEMA = MappingProxyType(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/doorward/doorward/blob/main/docs/reference/cases.schema.json",
        "title": "Decision cases of AWS IAM",
        **_either(
            "a list of cases, or an object with `cases` and `defaults`",
            _list(_ref("case", "a case"), "a list of cases"),
            _object(
                ["cases"],
                {
                    "defaults": _object(
                        [],
                        _references({key: one for key, one in MEMBERS.items() if key != "name"}),
                        "members of every case that does not have them itself",
                    ),
                    "cases": _list(_ref("partialCase", "a case"), "a list of cases"),
                },
                "an object with `cases` and `defaults`",
            ),
        ),
        "$defs": {
            **MEMBERS,
            "case": _named(list(REQUIRED)),
            "partialCase": _named(["name"]),
            "document": DOCUMENT,
            "namedDocument": NAMED_DOCUMENT,
            "file": FILE,
            "policy": POLICY,
            "levels": _list(
                _list(_ref("policy", POLICY["description"]), "a list of policies"),
                "a list of levels, root first, each a list of policies",
            ),
            "statement": STATEMENT,
        },
    }
)
