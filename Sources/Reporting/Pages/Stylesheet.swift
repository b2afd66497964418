/// How the pages look: system fonts, light and dark, narrow and wide, on a screen and on paper.
enum Stylesheet {
    /// SHA-256 of `text` in Base64, by which the page's security policy knows its only style sheet.
    static let hash: StaticString = "r00IhBqhSsNdaQyDxc6IfAIMecDo0q1ht7ObCza20g8="

    /// The style sheet. It is constant, so that its hash can be.
    static let text: StaticString = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#16191d;--soft:#59626d;--rule:#dfe3e8;--now:#2559c0;\
        --usual:#d3dae3;--past:#a3aebb;--median:#59626d;--good:#14703f;--careful:#8a5200;--bad:#b3261e;--tint:#f5f7f9}
        @media (prefers-color-scheme:dark){:root{--paper:#111417;--ink:#e6e9ec;--soft:#9aa4af;--rule:#2b3138;\
        --now:#7aa8ff;--usual:#3d4856;--past:#5d6875;--median:#aab4bf;--good:#6cc794;--careful:#e3b062;\
        --bad:#ff8f85;--tint:#191d22}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",\
        Roboto,"Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
        header,main,footer{max-width:1120px;margin:0 auto;padding:0 24px}
        header{padding-top:36px}
        h1,h2,h3,p,ul,dl,dd,figure{margin:0}
        h1{font-size:26px;line-height:1.25;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
        h2{font-size:16px;line-height:1.4;font-weight:650}
        h3{font-size:14px;font-weight:600;overflow-wrap:anywhere}
        .kicker,.note,footer{color:var(--soft);font-size:13px}
        .note{margin-top:4px;max-width:75ch}
        .kicker{margin-bottom:2px;overflow-wrap:anywhere}
        .verdict{display:flex;gap:10px;align-items:flex-start;margin-top:16px;padding:12px 16px;\
        border-left:4px solid;background:var(--tint);font-size:16px}
        .verdict svg{flex:none;margin-top:2px}
        .verdict span{color:var(--ink)}
        .good{color:var(--good)}.careful{color:var(--careful)}.bad{color:var(--bad)}
        .findings{list-style:none;padding:0;margin-top:8px}
        .findings li{padding:8px 0;border-top:1px solid var(--rule);display:grid;\
        grid-template-columns:minmax(150px,220px) 1fr;gap:0 24px}
        .findings li:first-child{border-top:0}
        .findings strong{overflow-wrap:anywhere}
        section{border-top:1px solid var(--rule);padding:20px 0 28px;min-width:0}
        .short{border-top:0;padding:20px 0 24px}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(148px,1fr));gap:16px 24px}
        .figures dt{color:var(--soft);font-size:13px}
        .figures dd{font-size:22px;line-height:1.3;font-weight:600;letter-spacing:-.01em}
        .figures dd+dd{font-size:13px;font-weight:400;color:var(--soft);letter-spacing:0}
        .pair{display:grid;grid-template-columns:1fr;gap:0 48px}
        svg{display:block}
        .plot{margin-top:12px;overflow:visible}
        .plot text{fill:var(--soft);font-size:12px}
        .plot .peak{fill:var(--ink);font-weight:600}
        .now{fill:var(--now)}.usual{fill:var(--usual)}.past{fill:var(--past)}
        .axis{stroke:var(--rule)}.median{stroke:var(--median);stroke-width:1.5}
        .key{display:flex;flex-wrap:wrap;gap:2px 18px;margin-top:4px;color:var(--soft);font-size:13px;\
        list-style:none;padding:0}
        .key svg{display:inline-block;vertical-align:-1px;margin-right:6px}
        .scroll{overflow-x:auto;margin-top:10px}
        table{border-collapse:collapse;width:100%;font-size:14px}
        th,td{padding:6px 0 6px 20px;text-align:left;vertical-align:top;border-top:1px solid var(--rule)}
        th:first-child,td:first-child{padding-left:0}
        thead th{border-top:0;white-space:nowrap;color:var(--soft);font-weight:400;font-size:13px;padding-top:0;vertical-align:bottom}
        tbody th{font-weight:400;overflow-wrap:anywhere;min-width:6em}
        .n{text-align:right;white-space:nowrap}
        .wide-bar{width:34%;min-width:90px}
        .sub th{padding-left:20px;color:var(--soft)}
        .sum th,.sum td{font-weight:600}
        td svg.bar{margin-top:2px}
        td .under{max-width:128px;margin:3px 0 2px auto}
        .ordinal{width:5.5em}.line{white-space:nowrap}.wrong{width:36%}
        code,.mono{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;\
        overflow-wrap:anywhere}
        .facts{display:grid;grid-template-columns:minmax(96px,max-content) 1fr;gap:4px 20px;margin-top:10px;\
        font-size:14px}
        .facts dt{color:var(--soft)}
        .facts dd{overflow-wrap:anywhere}
        .code{margin-top:18px}
        .code code{font-weight:600;font-size:14px}
        .code span{color:var(--soft);font-weight:400}
        footer{padding-bottom:40px}
        footer p{padding-top:16px;border-top:1px solid var(--rule)}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        @media (min-width:880px){.pair{grid-template-columns:1fr 1fr}}
        @media (max-width:620px){header,main,footer{padding-left:16px;padding-right:16px}header{padding-top:24px}\
        h1{font-size:22px}.more,.minor{display:none}.ordinal{width:auto}.figures{grid-template-columns:1fr 1fr}\
        .findings li{grid-template-columns:1fr}th,td{padding-left:12px}}
        @media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--rule:#ccc;--now:#2559c0;\
        --usual:#d3dae3;--past:#a3aebb;--median:#444;--good:#14703f;--careful:#8a5200;--bad:#b3261e;--tint:#fff}\
        body{font-size:9pt}table,.facts,h3{font-size:8.5pt}.note,.kicker,.key,footer{font-size:8pt}\
        h1{font-size:16pt}h2{font-size:10.5pt}.figures dd{font-size:13pt}.figures dd+dd,.figures dt{font-size:8pt}\
        .figures{grid-template-columns:repeat(6,1fr)}.verdict{font-size:10pt}code,.mono{font-size:8pt}\
        th,td{padding-top:3px;padding-bottom:3px}section{padding:8pt 0 12pt}.short{padding:10pt 0}.minor{display:none}\
        header{padding-top:0}header,main,footer{max-width:none;padding-left:0;padding-right:0}\
        section{break-inside:avoid}section.long{break-inside:auto}tr,.code{break-inside:avoid}h2,h3,.note,.key{break-after:avoid}\
        .pair{grid-template-columns:1fr 1fr}.scroll{overflow:visible}\
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
        @page{margin:16mm}

        """
}
