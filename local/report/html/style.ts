/** The report's looks, for light and dark screens and for paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1d2733; --dim: #64707d; --ground: #fff; --panel: #f5f7f9; --edge: #d9dfe5; --ok: #2f855a; --failed: #c53030; --bar: #3b6ea5;
  --c0: #3b6ea5; --c1: #c2702c; --c2: #3f8f5c; --c3: #8a5ea8; --c4: #b8433f; --c5: #5f6b76; }
@media (prefers-color-scheme: dark) { :root { --text: #e3e8ed; --dim: #97a3af; --ground: #14191f; --panel: #1d242c; --edge: #333d48; --ok: #68c191; --failed: #f08080; --bar: #6ea3d8;
  --c0: #6ea3d8; --c1: #e29a5c; --c2: #74c191; --c3: #b794d0; --c4: #e58682; --c5: #9aa5b0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; } .dim { color: var(--dim); } code { font: .86em ui-monospace, monospace; }
.ok { color: var(--ok); } .failed { color: var(--failed); } .noted { color: var(--dim); }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; } .card { background: var(--panel); border: 1px solid var(--edge); border-radius: 6px; padding: .5rem .9rem; }
.card b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
details { border: 1px solid var(--edge); border-radius: 6px; margin: .6rem 0; background: var(--panel); } details > .body { padding: .25rem 1rem 1rem; overflow-x: auto; }
summary { cursor: pointer; padding: .5rem 1rem; } summary .time { display: block; color: var(--dim); margin-left: 1.1rem; font-variant-numeric: tabular-nums; } details[open] > summary { border-bottom: 1px solid var(--edge); }
table { border-collapse: collapse; width: 100%; font-size: .92em; } th { text-align: left; font-weight: 600; color: var(--dim); } th, td { padding: .2rem .6rem .2rem 0; vertical-align: top; border-bottom: 1px solid var(--edge); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td.role { white-space: nowrap; } td .evidence { color: var(--dim); overflow-wrap: anywhere; font-size: .92em; }
.columns { columns: 18rem; font-size: .9em; } .columns p { break-inside: avoid; }
svg { width: 100%; height: auto; display: block; margin: .5rem 0; } svg text { font: 11px system-ui, sans-serif; fill: var(--text); } svg .tick, svg .value { fill: var(--dim); }
svg .grid { stroke: var(--edge); stroke-width: 1; } svg .bar.ok { fill: var(--bar); } svg .bar.failed { fill: var(--failed); } svg line.limit { stroke: var(--failed); stroke-dasharray: 5 4; } svg text.limit { fill: var(--failed); }
svg .line { fill: none; stroke-width: 2; } ${Array.from({ length: 6 }, (_, index) => `svg .line.colour-${index} { stroke: var(--c${index}); } svg .dot.colour-${index} { fill: var(--c${index}); } .key.colour-${index} { color: var(--c${index}); }`).join(' ')}
.legend .key { margin-right: 1.25rem; } .legend .key::before { content: '■ '; }
@media print { details { break-inside: avoid; } }
`;
