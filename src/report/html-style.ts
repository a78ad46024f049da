/** The looks of the page: light and dark, on a phone, on paper. No text of a report is ever put in here. */
export const STYLE = `
:root{color-scheme:light dark;--page:#fff;--panel:#f6f7f9;--line:#d5d9e0;--text:#1c2330;--faint:#566072;--link:#0b57c2;--bad:#b3151f;--doubt:#8a5300;--good:#146c2e;--bar:#c2410c;--track:#e4e7ec;--onset:#4338ca}
@media (prefers-color-scheme:dark){:root{--page:#11151c;--panel:#191f29;--line:#343c4a;--text:#e6e9ef;--faint:#a6b0c0;--link:#8ab8ff;--bad:#ff8f8f;--doubt:#f4bf67;--good:#7fd99a;--bar:#f0915b;--track:#2a3240;--onset:#b4a8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.5rem}
h1{font-size:1rem;font-weight:400;margin:.25rem 0 .75rem}
h1 .strong,h1 .good,h1 .bad{display:block;font-size:1.5rem;line-height:1.3;font-weight:700}
h2{font-size:1.2rem;margin:2.25rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{display:inline;font-size:1.05rem;margin:0}
h4{font-size:.95rem;margin:1.4rem 0 .4rem}
p{margin:.4rem 0}
a{color:var(--link)}
ul,ol{margin:.3rem 0;padding-left:1.4rem}
li{margin:.2rem 0}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
pre{margin:0;padding:.6rem .75rem;background:var(--panel);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap}
.brand{color:var(--faint);font-size:.9rem;margin:0}
.verdict li{margin:.5rem 0}
.strong{font-weight:600}.faint{color:var(--faint)}.bad{color:var(--bad);font-weight:600}.doubtful{color:var(--doubt);font-weight:600}.good{color:var(--good);font-weight:600}
.time{white-space:nowrap}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.4rem .8rem;border:2px solid var(--link)}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
table{width:100%;border-collapse:collapse;margin:.5rem 0 1.25rem;font-size:.93rem}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{color:var(--faint);font-size:.85rem;overflow-wrap:normal}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
th.number,td.number{padding-right:0;padding-left:.6rem}
.failures th.number,.failures td.number{padding:.3rem 1rem .3rem 0;width:1%}
svg{display:block}
.share{width:9rem;height:.7rem;margin-top:.4rem}
.weight{width:8rem;height:.7rem;margin-top:.4rem}
.track{fill:var(--track)}.bar,.minus{fill:var(--bar)}.doubt{fill:var(--link)}.plus{fill:var(--good)}
.minus{fill:var(--bad)}
.zero{stroke:var(--text);stroke-width:1;vector-effect:non-scaling-stroke}
.onset{stroke:var(--onset);stroke-width:2;stroke-dasharray:4 3;vector-effect:non-scaling-stroke;fill:none}
.onset-key{border-left:2px dashed var(--onset);padding-left:.3rem}
.strips{list-style:none;padding:0}
.strips li{margin:.9rem 0}
.strip-label{margin:0 0 .2rem}
.strip{width:100%;height:2.75rem;background:var(--panel);border-bottom:1px solid var(--line)}
.axis{display:flex;justify-content:space-between;gap:1rem;color:var(--faint);font-size:.85rem}
.finding{border:1px solid var(--line);border-radius:8px;margin:.9rem 0;padding:0 1rem}
.finding[open]{padding-bottom:1rem}
.finding>summary{cursor:pointer;padding:.75rem 0}
.status{margin-left:.4rem}
.cause{font-size:1.02rem}
.facts{margin:.6rem 0}
.facts>div{display:grid;grid-template-columns:7.5rem 1fr;gap:.75rem;padding:.2rem 0}
.facts dt{color:var(--faint)}
.facts dd{margin:0}
.small{font-size:.93rem}
.small>summary{cursor:pointer;color:var(--faint)}
.copyable{position:relative;margin:.5rem 0}
.copyable pre{padding-right:5rem}
button{font:inherit;font-size:.85rem;color:var(--text);background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.15rem .6rem;cursor:pointer}
.copy{position:absolute;top:.4rem;right:.4rem}
.expect{margin:.2rem 0 .9rem}
.sample{margin:.5rem 0}
figcaption{color:var(--faint);font-size:.85rem}
ol.path{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem;list-style:none;padding:0}
.station{border:1px solid var(--line);border-radius:6px;background:var(--panel);padding:.4rem .7rem;margin:0;max-width:15rem;font-size:.9rem}
.station.cross-here{border:2px solid var(--bad)}
.wire{margin:0}.wire path{stroke:var(--text);stroke-width:2;fill:none}.wire .cross{stroke:var(--bad);stroke-width:3}.wire .absent{stroke:var(--faint);stroke-dasharray:2 5}
footer{margin-top:2.5rem;padding-top:1rem;padding-bottom:2rem;border-top:1px solid var(--line);color:var(--faint);font-size:.9rem}
@media (max-width:40rem){header,main,footer{padding-left:.9rem;padding-right:.9rem}.facts>div{grid-template-columns:1fr;gap:0}.share,.weight{width:4.5rem}.finding{padding:0 .7rem}ol.path{flex-direction:column;align-items:flex-start}.station{max-width:none}.wire svg{transform:rotate(90deg);margin:.8rem 0}.axis .time:nth-child(2){display:none}}
@page{margin:15mm}
@media print{:root{--page:#fff;--panel:#fff;--line:#bbb;--text:#000;--faint:#333;--link:#000;--bad:#900;--doubt:#640;--good:#050;--bar:#a33;--track:#ddd;--onset:#333}body{font-size:10pt}header,main,footer{max-width:none;padding-left:0;padding-right:0}button,.skip{display:none!important}.finding{break-inside:auto;border:0;border-top:2px solid #000;border-radius:0;padding:0}details::details-content{content-visibility:visible;height:auto}h2,h3,h4,summary,caption{break-after:avoid}tr,li,figure,.copyable{break-inside:avoid}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
