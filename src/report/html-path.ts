import type { HopPlace, ReportHop, ReportHopNode } from '../model/report.ts';
import { describeHop, describeHopCounts, describePods, drawHop, ROLE_NAMES } from './hop.ts';
import { html, NO_HTML, sentence } from './html-markup.ts';
import { nameInput } from './place.ts';
import { joinMarkup, type Markup } from './template.ts';
import { clip, clipMiddle } from './width.ts';

const LONGEST_NAME = 100;

/** What goes over the wire between two stations: requests that arrive, that are cut off, none, or answers that are lost. */
type Wire = 'sent' | 'cut' | 'never' | 'lost';

/** The wires from station to station when requests fail at a place. */
const WIRES: Readonly<Record<HopPlace, readonly [Wire, Wire, Wire]>> = {
  caller: ['sent', 'sent', 'sent'],
  callingProxy: ['sent', 'never', 'never'],
  between: ['sent', 'cut', 'never'],
  servingProxy: ['sent', 'sent', 'never'],
  application: ['sent', 'sent', 'sent'],
};
const WIRES_OF_LOST_ANSWERS: readonly [Wire, Wire, Wire] = ['sent', 'lost', 'sent'];

const ARROWS: Readonly<Record<Wire, Markup>> = {
  sent: html`<path d="M2 12H44M36 5l9 7-9 7"/>`,
  cut: html`<path d="M2 12H28"/><path class="cross" d="M28 5l14 14M42 5L28 19"/>`,
  never: html`<path class="absent" d="M2 12H46"/>`,
  lost: html`<path d="M46 12H24M32 5l-9 7 9 7"/><path class="cross" d="M2 5l14 14M16 5L2 19"/>`,
};

function drawWire(wire: Wire): Markup {
  return html`<li class="wire" aria-hidden="true"><svg viewBox="0 0 48 24" width="48" height="24">${ARROWS[wire]}</svg></li>`;
}

function renderStation({ role, address, input, pods, says }: ReportHopNode, isCross: boolean): Markup {
  const lines = [
    ...describePods(pods).map((text) => html`<span>${text}</span>`),
    address === null ? NO_HTML : html`<span>${clip(address, LONGEST_NAME)}</span>`,
    input === null ? NO_HTML : html`<span class="faint">${clipMiddle(nameInput(input), LONGEST_NAME)}</span>`,
    says === null ? NO_HTML : html`<code>${clip(says, LONGEST_NAME)}</code>`,
  ].filter(({ source }) => source !== '');
  const mark = isCross ? html` <span class="bad">✗ fails here</span>` : NO_HTML;
  return html`<li class="${isCross ? 'station cross-here' : 'station'}"><strong>${ROLE_NAMES[role]}</strong>${mark}${lines.map((line) => html`<br>${line}`)}</li>`;
}

/** The way of the requests through the proxies whose logs were joined, with a cross where they fail. */
export function renderPath(hop: ReportHop | null): Markup {
  if (hop === null) return NO_HTML;
  const { outcome, place, path } = hop;
  const wires = outcome === 'answeredAndLost' ? WIRES_OF_LOST_ANSWERS : WIRES[place];
  const parts = path.flatMap((node, i) => {
    const wire = wires[i - 1];
    const station = renderStation(node, outcome !== 'answeredAndLost' && node.role === place);
    return wire === undefined ? [station] : [drawWire(wire), station];
  });
  return html`<p>${sentence(`${describeHop(hop)} ${describeHopCounts(hop)}.`)}</p>
<ol class="path" aria-label="${`Path of the requests: ${drawHop(hop)}`}">
${joinMarkup(parts, '\n')}
</ol>`;
}
