/// The CSS of every page, for narrow and wide screens, and for light and dark mode.
enum PageStyle {
  static let base = """
    :root { color-scheme: light dark;
      --ground: #f6f7f9; --card: #ffffff; --ink: #1b2330; --soft: #5b6675; --rule: #dde2e9;
      --none: #6b7685; --good: #177245; --bad: #b3261e; --unsure: #8a5a00; }
    @media (prefers-color-scheme: dark) { :root {
      --ground: #11151b; --card: #1a2029; --ink: #e6eaf0; --soft: #9aa6b5; --rule: #2d3643;
      --none: #8b97a6; --good: #5fce97; --bad: #ff8a80; --unsure: #f0b429; } }
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
    .grid { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
    .key { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 16px 0 0; }
    .key span { overflow-wrap: anywhere; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th { text-align: left; font-weight: 600; } thead th { color: var(--soft); font-weight: 500; font-size: .85rem; }
    th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
    tbody.group th { padding-top: 12px; border: 0; } tbody.group td { border: 0; padding-top: 1px; padding-bottom: 1px; }
    tbody.group td:first-child { white-space: nowrap; }
    svg { display: block; width: 100%; height: auto; margin-top: 8px; }
    text { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
    .label { font-size: 12px; fill: var(--ink); } .unit { font-size: 11.5px; fill: var(--soft); }
    .grid-line, line.grid { stroke: var(--rule); stroke-width: 1; } .one { stroke: var(--soft); stroke-width: 1.5; }
    code, pre, .mono { font-family: ui-monospace, "SF Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace; font-size: .84rem; }
    pre { margin: 6px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; max-height: 30rem; overflow-y: auto; }
    details { margin: 0 0 10px; } summary { cursor: pointer; overflow-wrap: anywhere; }
    details > div, details > pre { margin-top: 10px; }
    .good { color: var(--good); } .bad { color: var(--bad); }
    footer { margin-top: 48px; }
    """
}
