"""How the page of a report looks. Text and background differ by 4.5 to 1 or more, light and dark.

https://www.w3.org/TR/WCAG22/#contrast-minimum
"""

CSS = """
:root { --back: #fbfbfa; --card: #fff; --text: #1c1d20; --soft: #5b5f66; --line: #dfe1e5;
  --critical: #a4133c; --high: #b4430f; --medium: #83610a; --low: #39618f;
  --good: #2c7a4b; --neutral: #7b8089; --code: #f3f4f6; }
@media (prefers-color-scheme: dark) { :root { --back: #15171a; --card: #1d2024; --text: #eceef1;
  --soft: #a6acb5; --line: #33373d; --critical: #ff7a93; --high: #ff9d6b; --medium: #e6bf55;
  --low: #86b4ea; --good: #6fcf97; --neutral: #8d949e; --code: #25292e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem; }
header { padding-bottom: 0; }
h1 { margin: 0 0 .25rem; font-size: 1.9rem; letter-spacing: -.01em; }
header p { margin: 0; color: var(--soft); }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.3rem; }
h2 span, .control { color: var(--soft); font-weight: 400; font-size: .85em; }
h3 { margin: 0 0 .35rem; font-size: 1.05rem; }
p { margin: .35rem 0; overflow-wrap: anywhere; }
.summary { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; margin: 1.25rem 0 0;
  padding: 0; }
.summary li { border: 1px solid var(--line); border-left: 5px solid var(--tone);
  border-radius: 8px; background: var(--card); }
.summary a, .summary span { display: block; padding: .5rem 1rem; color: inherit;
  text-decoration: none; }
.summary strong { font-size: 1.35rem; }
.critical { --tone: var(--critical); } .high { --tone: var(--high); }
.medium { --tone: var(--medium); } .low { --tone: var(--low); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
figure, article { margin: 0 0 1rem; padding: 1rem 1.15rem; border: 1px solid var(--line);
  border-radius: 10px; background: var(--card); }
figure { margin: 0; }
figcaption { font-weight: 600; margin-bottom: .5rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--text); font-size: 13px; }
.tone-critical { fill: var(--critical); } .tone-high { fill: var(--high); }
.tone-medium { fill: var(--medium); } .tone-low { fill: var(--low); }
.tone-good { fill: var(--good); } .tone-neutral { fill: var(--neutral); }
section h2 { border-left: 5px solid var(--tone, var(--line)); padding-left: .6rem; }
article > ul { list-style: none; margin: .5rem 0 0; padding: 0; }
article > ul > li { border-top: 1px solid var(--line); padding: .6rem 0; }
code { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
p code { background: var(--code); border-radius: 4px; padding: .1em .35em; }
pre { margin: .5rem 0 0; padding: .65rem .8rem; overflow-x: auto; background: var(--code);
  border-radius: 8px; }
a:focus-visible, pre:focus-visible { outline: 3px solid var(--low); outline-offset: 2px; }
.untold { color: var(--soft); }
@media print { body { background: none; } article, figure { break-inside: avoid; }
  pre { white-space: pre-wrap; } }
"""
