"""A graph of an account as SVG: a column for each kind, and curves between them."""

from collections.abc import Iterator
from html import escape

from doorward.analysis.account.graph import Edge, Graph, Node

KINDS = ("outside", "service", "user", "group", "role", "resource")
COLUMNS = {"outside": 0, "service": 0, "user": 1, "group": 2, "role": 3, "resource": 4}
WIDTH, GAP, ROW, HEIGHT, TOP, MARGIN = 190, 110, 40, 28, 50, 20
LETTERS = 26
TITLES = ("From outside, services", "Users", "Groups", "Roles", "Resources")
REPLACED = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], "\ufffd")

CSS = """
svg { font: 13px system-ui, sans-serif; background: #fff; color: #1b1f24 }
.node rect { fill: #eef2f7; stroke: #5b6b7f }
.node text, .title { fill: #1b1f24 }
.title { font-weight: 600 }
.node.admin rect { fill: #fde2e1; stroke: #a4262c; stroke-width: 2 }
.node.outside rect { fill: #fff4ce; stroke: #8a6d00 }
.edge { fill: none; stroke: #8492a6; stroke-width: 1.3 }
.edge.escalates { stroke: #a4262c; stroke-width: 2 }
.edge.reaches { stroke: #8a6d00; stroke-width: 2 }
.edge.assumes { stroke: #0b5cad }
.edge.uncertain { stroke-dasharray: 5 4 }
"""


def safe(text: str) -> str:
    """*text* for XML: names in an account are chosen by others."""
    return escape(text.translate(REPLACED))


def svg(graph: Graph, *, standing: bool = True) -> Iterator[str]:
    """The picture, line by line; one that does not stand alone takes its style from its page."""
    places = _places(graph)
    width = MARGIN * 2 + WIDTH * len(TITLES) + GAP * (len(TITLES) - 1)
    height = max((y for _, y in places.values()), default=TOP) + ROW + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">'
    )
    yield "<title>Who may become whom in the account</title>"
    if standing:
        yield f"<style>{CSS}</style>"
    yield _ARROW
    for number, title in enumerate(TITLES):
        x = MARGIN + number * (WIDTH + GAP)
        yield f'<text class="title" x="{x}" y="{TOP - 20}">{title}</text>'
    for edge in graph.edges:
        yield _edge(edge, places)
    for node in graph.nodes:
        yield _node(node, places[node.id])
    yield "</svg>"


_ARROW = (
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
    'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="context-stroke"/></marker></defs>'
)


def _places(graph: Graph) -> dict[str, tuple[int, int]]:
    """Where each node's upper left corner is."""
    filled = dict.fromkeys(COLUMNS.values(), 0)
    found = {}
    for node in sorted(graph.nodes, key=lambda one: (KINDS.index(one.kind), one.label.lower())):
        column = COLUMNS[node.kind]
        found[node.id] = (MARGIN + column * (WIDTH + GAP), TOP + filled[column] * ROW)
        filled[column] += 1
    return found


def _edge(edge: Edge, places: dict[str, tuple[int, int]]) -> str:
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    y1, y2 = y1 + HEIGHT // 2, y2 + HEIGHT // 2
    if x1 < x2:
        start, end, bend = x1 + WIDTH, x2, GAP // 2
    elif x1 > x2:
        start, end, bend = x1, x2 + WIDTH, -GAP // 2
    else:
        start, end, bend = x1 + WIDTH, x2 + WIDTH, GAP // 2
    turn = end + bend if x1 == x2 else end - bend
    sure = "" if edge.certain else " uncertain"
    return (
        f'<path class="edge {edge.relation}{sure}" data-relation="{edge.relation}" '
        f'data-source="{safe(edge.source)}" data-target="{safe(edge.target)}" '
        f'marker-end="url(#end)" d="M{start} {y1}C{start + bend} {y1} {turn} {y2} {end} {y2}">'
        f"<title>{safe(f'{edge.source} {edge.label} {edge.target}')}</title></path>"
    )


def _node(node: Node, place: tuple[int, int]) -> str:
    x, y = place
    admin = " admin" if node.administrator else ""
    label = node.label if len(node.label) <= LETTERS else f"{node.label[: LETTERS - 1]}…"
    told = f"{node.id} (administrator)" if node.administrator else node.id
    return (
        f'<g class="node {node.kind}{admin}" data-id="{safe(node.id)}" data-kind="{node.kind}" '
        f'tabindex="0"><title>{safe(told)}</title>'
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<text x="{x + 8}" y="{y + 18}">{safe(label)}</text></g>'
    )
