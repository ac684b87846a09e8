"""A graph of an account for other programs: GraphML, Mermaid, JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from doorward.analysis.account.graph import Graph
from doorward.cli.account.drawing import safe

KEYS = (
    ("label", "node"),
    ("kind", "node"),
    ("administrator", "node"),
    ("relation", "edge"),
    ("how", "edge"),
    ("certain", "edge"),
)
FLAGS = frozenset({"administrator", "certain"})
BESIDE = frozenset(" ._-:/@+=,*")


def graphml(graph: Graph) -> Iterator[str]:
    """GraphML.

    http://graphml.graphdrawing.org/specification.html
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for name, of in KEYS:
        kind = "boolean" if name in FLAGS else "string"
        yield f'  <key id="{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>'
    yield '  <graph id="account" edgedefault="directed">'
    for node in graph.nodes:
        yield f'    <node id="{safe(node.id)}">'
        yield from _data(label=node.label, kind=node.kind, administrator=node.administrator)
        yield "    </node>"
    for edge in graph.edges:
        yield f'    <edge source="{safe(edge.source)}" target="{safe(edge.target)}">'
        yield from _data(relation=edge.relation, how=edge.label, certain=edge.certain)
        yield "    </edge>"
    yield "  </graph>\n</graphml>"


def _data(**values: str | bool) -> Iterator[str]:
    for key, value in values.items():
        text = str(value).lower() if isinstance(value, bool) else safe(value)
        yield f'      <data key="{key}">{text}</data>'


def mermaid(graph: Graph) -> Iterator[str]:
    """A Mermaid flowchart.

    https://mermaid.js.org/syntax/flowchart.html
    """
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    yield "flowchart LR"
    for node in graph.nodes:
        ends = ('(["', '"])') if node.kind == "role" else ('["', '"]')
        style = ":::admin" if node.administrator else ""
        yield f"  {names[node.id]}{ends[0]}{_plain(node.label)}{ends[1]}{style}"
    for edge in graph.edges:
        line = "-->" if edge.certain else "-.->"
        yield f"  {names[edge.source]} {line}|{_plain(edge.label)}| {names[edge.target]}"
    yield "  classDef admin fill:#fde2e1,stroke:#a4262c"


def _plain(text: str) -> str:
    """*text* without what Mermaid takes for its own."""
    return "".join(one if one.isalnum() or one in BESIDE else "_" for one in text)


def document(graph: Graph) -> Iterator[str]:
    """JSON."""
    nodes, edges = [asdict(one) for one in graph.nodes], [asdict(one) for one in graph.edges]
    yield json.dumps({"nodes": nodes, "edges": edges}, indent=2)
