/// The CSS of a comparison's page, in addition to that of every page.
enum ComparisonStyle {
  static let css = """
    :root { --a: #1f5fd0; --b: #c04a10; }
    @media (prefers-color-scheme: dark) { :root { --a: #7fb0ff; --b: #ffa268; } }
    .claims { display: grid; gap: 12px; margin: 20px 0 0; }
    .claim { border-left: 5px solid var(--none); font-size: 1.12rem; overflow-wrap: anywhere; }
    .claim.a { border-left-color: var(--a); } .claim.b { border-left-color: var(--b); }
    i.a, i.b { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .45em; }
    i.a { background: var(--a); } i.b { background: var(--b); }
    @media (max-width: 600px) { td.w, th.w { display: none; } th, td { padding-right: 8px; } }
    td.n, th.n { text-align: right; white-space: nowrap; } td.w { min-width: 90px; width: 26%; }
    .bar { display: block; height: .7em; border-radius: 2px; margin-top: .42em; min-width: 2px; }
    .bar.a { background: var(--a); } .bar.b { background: var(--b); }
    .label.a { fill: var(--a); } .label.b { fill: var(--b); }
    .dot { opacity: .42; } .dot.a, .mark.a { fill: var(--a); } .dot.b, .mark.b { fill: var(--b); } .mark.none { fill: var(--none); }
    .range { opacity: .25; } .range.a, .band.a { fill: var(--a); } .range.b, .band.b { fill: var(--b); }
    .band { opacity: .13; } .median { stroke-width: 3; }
    .median.a, .curve.a, .whisker.a { stroke: var(--a); } .median.b, .curve.b, .whisker.b { stroke: var(--b); }
    .whisker.none { stroke: var(--none); } .whisker { stroke-width: 2.5; stroke-linecap: round; }
    .curve { fill: none; stroke-width: 2.2; } .dashed { stroke-dasharray: 5 4; }
    .settings td { overflow-wrap: anywhere; min-width: 11rem; }
    .settings th { font-weight: 500; padding-right: 20px; white-space: nowrap; }
    .two { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
    .answer { border-left: 3px solid var(--rule); padding-left: 12px; min-width: 0; }
    .answer.a { border-left-color: var(--a); } .answer.b { border-left-color: var(--b); }
    .badge { font-size: .8rem; border-radius: 20px; padding: 1px 9px; border: 1px solid; white-space: nowrap; margin-left: 6px; }
    """
}
