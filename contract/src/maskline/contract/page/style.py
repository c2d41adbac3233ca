"""The report's style sheet: light, dark, phone and print.  System fonts only, so that the page stays one file."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --ink: #1d1c1a; --quiet: #66625b; --rule: #e3dfd6; --accent: #0b6477;
  --found: #2f7f79; --rough: #d99a1c; --mistaken: #8a5bb0; --unseen: #c8402f; --deepen: black 12%;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #eae7e1; --quiet: #a5a098; --rule: #33373c; --accent: #7cc7d8;
    --found: #4fa69e; --rough: #e0ab45; --mistaken: #b08ad1; --unseen: #ea7563; --deepen: white 22%;
  }
  .panel img { filter: brightness(.9); }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 68rem; padding: clamp(1.5rem, 5vw, 4rem) clamp(1rem, 4vw, 2.5rem);
  background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, p, figure, table, dl, dd, ul { margin: 0; padding: 0; }
h1 { font-size: clamp(1.75rem, 4.5vw, 2.6rem); line-height: 1.15; font-weight: 600; letter-spacing: -.02em;
  text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
section { margin-top: clamp(2.5rem, 6vw, 4.25rem); }
section > h2 { border-top: 1px solid var(--rule); padding-top: 1.1rem; }
section > h2 + p { margin-top: .25rem; }
section > p { color: var(--quiet); max-width: 44rem; }
.eyebrow { color: var(--accent); font-size: .8125rem; font-weight: 600; letter-spacing: .04em; margin-bottom: .5rem; }
.lead { font-size: 1.125rem; margin-top: 1rem; max-width: 44rem; }
.names { color: var(--quiet); margin-top: .6rem; }
code { font: .8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1.5rem 2rem;
  margin-top: 2.25rem; }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--quiet); font-size: .8125rem; line-height: 1.35; }
.figures dd { font-size: 2rem; line-height: 1.2; font-weight: 300; letter-spacing: -.03em; }
.figures .first dd { color: var(--accent); font-weight: 600; }

.wide { margin-top: 1.25rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; color: var(--quiet); font-size: .8125rem; padding-bottom: .5rem; }
th, td { padding: .5rem 0 .5rem 1.25rem; text-align: right; vertical-align: baseline;
  border-bottom: 1px solid var(--rule); }
th:first-child { padding-left: 0; text-align: left; }
thead th { color: var(--quiet); font-size: .8125rem; font-weight: 500; vertical-align: bottom; line-height: 1.3;
  overflow-wrap: normal; }
tbody th { font-weight: 500; min-width: 8rem; }
td { white-space: nowrap; }
tbody tr.all > * { border-bottom: 0; font-weight: 600; }
.bar { display: block; width: 100%; max-width: 20rem; height: 4px; margin-top: .35rem; border-radius: 2px;
  overflow: hidden; }
.bar .track { fill: var(--rule); } .bar .value { fill: var(--accent); }
.found { fill: var(--found); background: var(--found); }
.rough { fill: var(--rough); background: var(--rough); }
.mistaken { fill: var(--mistaken); background: var(--mistaken); }
.unseen { fill: var(--unseen); background: var(--unseen); }
.swatch, .key {
  display: inline-block; width: .7em; height: .7em; margin-right: .5em; border-radius: 2px; vertical-align: -.02em;
}
.swatch { background: var(--class); box-shadow: 0 0 0 1px color-mix(in srgb, var(--ink) 20%, transparent); }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; list-style: none; margin-top: 1rem; font-size: .875rem; }

.curves { display: grid; align-items: end; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
  gap: 1.75rem 2rem; margin-top: 1.5rem; }
.curves figcaption { display: flex; justify-content: space-between; gap: 1rem; font-size: .9375rem;
  margin-bottom: .35rem; }
.curves figcaption span:last-child { color: var(--quiet); }
.chart { display: block; width: 100%; height: auto; }
.chart .rule { stroke: var(--rule); stroke-width: 1; } .chart text { fill: var(--quiet); font-size: 11px; }
.chart .curve { fill: none; stroke: var(--accent);
  stroke: color-mix(in oklab, var(--class, var(--accent)), var(--deepen));
  stroke-width: 2.25; stroke-linejoin: round; }
.chart .area { fill: var(--class); opacity: .1; }
.chart .dot { fill: var(--ink); stroke: var(--paper); stroke-width: 2; }

.cases { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 2.25rem 2rem;
  margin-top: 1.5rem; }
.case { min-width: 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; }
.panel { position: relative; background: #fff; border-radius: 4px; overflow: hidden;
  box-shadow: 0 0 0 1px var(--rule); }
.panel img { display: block; width: 100%; height: auto; max-height: 26rem; object-fit: contain; }
.panel .frames { position: absolute; inset: 0; width: 100%; height: 100%; }
.frames rect { fill: none; stroke: #c8402f; stroke-width: 1.5; stroke-dasharray: 5 3;
  vector-effect: non-scaling-stroke; }
.under { color: var(--quiet); font-size: .8125rem; padding-top: .25rem; }
.verdict { margin-top: .35rem; font-size: .9375rem; }
.detail { color: var(--quiet); font-size: .875rem; }

.facts { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .5rem 1.5rem; margin-top: 1.25rem;
  font-size: .9375rem; }
.facts dt { color: var(--quiet); }
.facts dd { min-width: 0; }
footer { margin-top: 4rem; border-top: 1px solid var(--rule); padding-top: 1rem; color: var(--quiet);
  font-size: .8125rem; }
footer p { max-width: 44rem; } footer p + p { margin-top: .5rem; }

@media (max-width: 34rem) {
  table { font-size: .8125rem; }
  thead th { font-size: .6875rem; }
  tbody th { min-width: 6.25rem; }
  th, td { padding-left: .55rem; }
  .figures { grid-template-columns: 1fr 1fr; gap: 1.25rem; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .75rem; }
  .curves { grid-template-columns: 1fr 1fr; gap: 1.25rem 1rem; }
  .chart text { font-size: 15px; }
  .curves figcaption, .curves figcaption > span { display: block; }
  .classes :is(th, td):nth-child(5) { display: none; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --quiet: #444; --rule: #ccc; --accent: #0b6477; color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .case, .curves figure, tr { break-inside: avoid; } h2 { break-after: avoid; }
  .cases { grid-template-columns: 1fr 1fr; }
  .curves { grid-template-columns: 1fr 1fr 1fr; }
}
"""
