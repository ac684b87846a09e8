"""A graph of an account as one HTML file that filters: it loads nothing, and sends nothing."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from doorward.analysis.account.graph import Graph
from doorward.cli.account import drawing

RELATIONS = {
    "member": "is in a group",
    "assumes": "may assume",
    "trusts": "services that roles trust",
    "escalates": "escalates",
    "reaches": "from outside",
}
CSS = """
body { font: 15px system-ui, sans-serif; margin: 1.5rem; color: #1b1f24; background: #fff }
form { display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; margin: 1rem 0 }
input[type=search] { min-width: 18rem; font: inherit; padding: .3rem .5rem }
.frame { overflow: auto; border: 1px solid #c7d0da; border-radius: 6px }
.node { cursor: pointer }
.node:focus { outline: 2px solid #0b5cad }
.away { display: none }
"""
# Only this script may run, whatever stands in the names of an account.
SCRIPT = """
"use strict";
const search = document.querySelector("input[type=search]");
const boxes = [...document.querySelectorAll("input[type=checkbox][name=relation]")];
const alone = document.querySelector("input[name=alone]");
const nodes = [...document.querySelectorAll(".node")];
const edges = [...document.querySelectorAll(".edge")];
const count = document.querySelector("output");
function show() {
  const text = search.value.trim().toLowerCase();
  const on = new Set(boxes.filter(one => one.checked).map(one => one.value));
  const chosen = new Set(nodes.map(one => one.dataset.id)
    .filter(id => id.toLowerCase().includes(text)));
  const near = new Set(text ? chosen : []);
  let shown = 0;
  for (const one of edges) {
    const data = one.dataset;
    const visible = on.has(data.relation)
      && (chosen.has(data.source) || chosen.has(data.target));
    one.classList.toggle("away", !visible);
    if (visible) { shown += 1; near.add(data.source); near.add(data.target); }
  }
  const hide = text || alone.checked;
  for (const one of nodes) one.classList.toggle("away", hide && !near.has(one.dataset.id));
  count.textContent = shown + " of " + edges.length + " edges";
}
function choose(node) {
  search.value = search.value === node.dataset.id ? "" : node.dataset.id;
  show();
}
for (const one of nodes) {
  one.addEventListener("click", () => choose(one));
  one.addEventListener("keydown", event => { if (event.key === "Enter") choose(one); });
}
document.querySelector("form").addEventListener("input", show);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
show();
"""


def html(graph: Graph) -> Iterator[str]:
    """The page, line by line."""
    digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Account graph</title>\n<style>{CSS}{drawing.CSS}</style>\n</head>\n<body>"
    yield "<h1>Account graph</h1>"
    yield f"<p>{len(graph.nodes)} nodes. Red are administrators; dashed is not certain. "
    yield "Choose a node to see what is next to it.</p>"
    yield '<form><label>Search <input type="search" autocomplete="off"></label>'
    for relation, title in RELATIONS.items():
        yield (
            f'<label><input type="checkbox" name="relation" value="{relation}" checked> '
            f"{title}</label>"
        )
    yield '<label><input type="checkbox" name="alone"> only what has edges</label>'
    yield '<output></output></form>\n<div class="frame">'
    yield from drawing.svg(graph, standing=False)
    yield f"</div>\n<script>{SCRIPT}</script>\n</body>\n</html>"
