/// How the page looks: readable on a telephone and on a wide screen, by day and by night.
enum PageStyle {
  static let css = """
    :root { color-scheme: light dark;
      --ground: #f6f7f9; --card: #ffffff; --ink: #1b2330; --soft: #5b6675; --rule: #dde2e9;
      --a: #1f5fd0; --b: #c04a10; --none: #6b7685; --good: #177245; --bad: #b3261e; }
    @media (prefers-color-scheme: dark) { :root {
      --ground: #11151b; --card: #1a2029; --ink: #e6eaf0; --soft: #9aa6b5; --rule: #2d3643;
      --a: #7fb0ff; --b: #ffa268; --none: #8b97a6; --good: #5fce97; --bad: #ff8a80; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
    main { max-width: 1320px; margin: 0 auto; padding: 28px 16px 64px; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
    h2 { font-size: 1.15rem; margin: 40px 0 12px; }
    h3 { font-size: 1rem; margin: 0 0 2px; }
    p { margin: 0 0 8px; max-width: 75ch; }
    .soft { color: var(--soft); font-size: .9rem; }
    .card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 16px; min-width: 0; }
    .claims { display: grid; gap: 12px; margin: 20px 0 0; }
    .claim { border-left: 5px solid var(--none); font-size: 1.12rem; overflow-wrap: anywhere; }
    .claim.a { border-left-color: var(--a); } .claim.b { border-left-color: var(--b); }
    .grid { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
    .key { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 16px 0 0; }
    .key span { overflow-wrap: anywhere; }
    i.a, i.b { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .45em; }
    i.a { background: var(--a); } i.b { background: var(--b); }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th { text-align: left; font-weight: 600; } thead th { color: var(--soft); font-weight: 500; font-size: .85rem; }
    th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
    tbody.group th { padding-top: 12px; border: 0; } tbody.group td { border: 0; padding-top: 1px; padding-bottom: 1px; }
    tbody.group td:first-child { white-space: nowrap; }
    @media (max-width: 600px) { td.w, th.w { display: none; } th, td { padding-right: 8px; } }
    td.n, th.n { text-align: right; white-space: nowrap; } td.w { min-width: 90px; width: 26%; }
    .bar { display: block; height: .7em; border-radius: 2px; margin-top: .42em; min-width: 2px; }
    .bar.a { background: var(--a); } .bar.b { background: var(--b); }
    svg { display: block; width: 100%; height: auto; margin-top: 8px; }
    text { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
    .label { font-size: 12px; fill: var(--ink); } .unit { font-size: 11.5px; fill: var(--soft); }
    .label.a { fill: var(--a); } .label.b { fill: var(--b); }
    .grid-line, line.grid { stroke: var(--rule); stroke-width: 1; } .one { stroke: var(--soft); stroke-width: 1.5; }
    .dot { opacity: .42; } .dot.a, .mark.a { fill: var(--a); } .dot.b, .mark.b { fill: var(--b); } .mark.none { fill: var(--none); }
    .range { opacity: .25; } .range.a, .band.a { fill: var(--a); } .range.b, .band.b { fill: var(--b); }
    .band { opacity: .13; } .median { stroke-width: 3; }
    .median.a, .curve.a, .whisker.a { stroke: var(--a); } .median.b, .curve.b, .whisker.b { stroke: var(--b); }
    .whisker.none { stroke: var(--none); } .whisker { stroke-width: 2.5; stroke-linecap: round; }
    .curve { fill: none; stroke-width: 2.2; } .dashed { stroke-dasharray: 5 4; }
    code, pre, .mono { font-family: ui-monospace, "SF Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace; font-size: .84rem; }
    pre { margin: 6px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; max-height: 30rem; overflow-y: auto; }
    .settings td { overflow-wrap: anywhere; min-width: 11rem; }
    .settings th { font-weight: 500; padding-right: 20px; white-space: nowrap; }
    .two { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr)); }
    .answer { border-left: 3px solid var(--rule); padding-left: 12px; min-width: 0; }
    .answer.a { border-left-color: var(--a); } .answer.b { border-left-color: var(--b); }
    details { margin: 0 0 10px; } summary { cursor: pointer; overflow-wrap: anywhere; }
    details > div, details > pre { margin-top: 10px; }
    .badge { font-size: .8rem; border-radius: 20px; padding: 1px 9px; border: 1px solid; white-space: nowrap; margin-left: 6px; }
    .good { color: var(--good); } .bad { color: var(--bad); }
    footer { margin-top: 48px; }
    """
}
