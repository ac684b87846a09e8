"""An analyzer's properties come to the operations of IAM Access Analyzer as it spells them.

Access Analyzer is played here: it keeps what it is given, as the API has it.
"""

from typing import Any

from doorward.services.cloudformation.types import registry
from services.cloudformation.types.support import ACCOUNT, Refused, facts

PROPERTIES = {
    "AnalyzerName": "outside",
    "Type": "ACCOUNT_UNUSED_ACCESS",
    "AnalyzerConfiguration": {
        "UnusedAccessConfiguration": {
            "UnusedAccessAge": 90,
            "AnalysisRule": {
                "Exclusions": [
                    {"AccountIds": ["111122223333"]},
                    {"ResourceTags": [[{"Key": "team", "Value": "red"}]]},
                ]
            },
        }
    },
    "ArchiveRules": [
        {
            "RuleName": "known",
            "Filter": [
                {"Property": "isPublic", "Eq": ["false"]},
                {"Property": "principal.AWS", "Exists": True},
            ],
        }
    ],
    "Tags": [{"Key": "note", "Value": "mine"}],
}


class Played:
    """Access Analyzer, with one analyzer at most."""

    def __init__(self) -> None:
        self.analyzer: dict[str, Any] | None = None
        self.rules: dict[str, Any] = {}

    def __call__(self, service: str, operation: str, /, **given: Any) -> dict[str, Any]:
        assert service == "accessanalyzer"
        if operation != "create_analyzer" and self.analyzer is None:
            raise Refused("ResourceNotFoundException", "none")
        found: dict[str, Any] | None = getattr(self, operation)(**given)
        return found or {}

    def create_analyzer(
        self,
        *,
        analyzer_name: str,
        type: str,
        client_token: str,
        archive_rules: Any = (),
        tags: Any = None,
        configuration: Any = None,
    ) -> Any:
        assert client_token
        arn = f"arn:aws:access-analyzer:us-east-1:{ACCOUNT}:analyzer/{analyzer_name}"
        self.analyzer = {
            "arn": arn,
            "name": analyzer_name,
            "type": type,
            "tags": tags or {},
            "configuration": configuration or {},
        }
        self.rules = {one["ruleName"]: one["filter"] for one in archive_rules}
        return {"arn": arn}

    def get_analyzer(self, **_: Any) -> Any:
        return {"analyzer": self.analyzer}

    def list_archive_rules(self, **_: Any) -> Any:
        return {"archiveRules": [{"ruleName": n, "filter": f} for n, f in self.rules.items()]}

    def create_archive_rule(self, *, rule_name: str, filter: Any, **_: Any) -> None:
        assert rule_name not in self.rules
        self.rules[rule_name] = filter

    def update_archive_rule(self, *, rule_name: str, filter: Any, **_: Any) -> None:
        assert rule_name in self.rules
        self.rules[rule_name] = filter

    def delete_archive_rule(self, *, rule_name: str, **_: Any) -> None:
        del self.rules[rule_name]

    def update_analyzer(self, *, configuration: Any, **_: Any) -> None:
        assert self.analyzer
        self.analyzer["configuration"] = configuration

    def tag_resource(self, *, tags: Any, **_: Any) -> None:
        assert self.analyzer
        self.analyzer["tags"] |= tags

    def untag_resource(self, *, tag_keys: Any, **_: Any) -> None:
        assert self.analyzer
        for key in tag_keys:
            del self.analyzer["tags"][key]

    def delete_analyzer(self, **_: Any) -> None:
        self.analyzer = None


def test_an_analyzer_is_made_read_changed_and_removed() -> None:
    call, kind = Played(), registry.find("AWS::AccessAnalyzer::Analyzer")
    assert kind
    made = kind.create(call, PROPERTIES, facts())

    assert made.physical_id == made.attributes["Arn"]
    assert call.analyzer is not None
    assert call.analyzer["configuration"] == {
        "unusedAccess": {
            "unusedAccessAge": 90,
            "analysisRule": {
                "exclusions": [
                    {"accountIds": ["111122223333"]},
                    {"resourceTags": [{"team": "red"}]},
                ]
            },
        }
    }
    assert call.rules == {
        "known": {"isPublic": {"eq": ["false"]}, "principal.AWS": {"exists": True}}
    }
    assert call.analyzer["tags"] == {"stack-wide": "yes", "note": "mine"}
    assert kind.read(call, made.physical_id, facts()) == PROPERTIES

    changed = {
        **PROPERTIES,
        "ArchiveRules": [
            {"RuleName": "new", "Filter": [{"Property": "isPublic", "Neq": ["true"]}]},
        ],
        "AnalyzerConfiguration": {"UnusedAccessConfiguration": {"UnusedAccessAge": 30}},
        "Tags": [],
    }
    same = facts(previous_tags=facts().tags)
    kind.update(call, made.physical_id, PROPERTIES, changed, same)
    now = kind.read(call, made.physical_id, facts())
    assert now == {name: one for name, one in changed.items() if name != "Tags"}

    kind.delete(call, made.physical_id, changed, facts())
    assert kind.read(call, made.physical_id, facts()) is None
    kind.delete(call, made.physical_id, changed, facts())
