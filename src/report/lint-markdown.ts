import type { MeshFault } from '../model/mesh-evidence.ts';
import { type LintReport, namesOfFault, sortFaults, sumUp } from './lint.ts';
import { block, bullets, code, codes, md, NOTHING } from './markdown-parts.ts';
import { joinMarkup, type Markup } from './template.ts';

/** The result of `lint` for a ticket or a review. */
export function renderLintMarkdown(report: LintReport): string {
  const { faults, problems } = report;
  const parts = [
    md`## Mesh configuration`,
    md`${sumUp(report)}`,
    ...sortFaults(faults).map(renderFault),
    bullets(problems.map((text) => md`Not read: ${text}`)),
  ];
  return `${joinMarkup(parts, '\n\n').source}\n`;
}

function renderFault(fault: MeshFault): Markup {
  const { severity, says, places, patch } = fault;
  const names = namesOfFault(fault);
  return joinMarkup(
    [
      md`**${severity ?? 'info'}**: ${says}${names.length === 0 ? NOTHING : md` (${codes(names)})`}`,
      bullets(
        places.map(
          ({ file, line, resource, says: what }) => md`${code(`${file}:${line}`)} ${resource} ${what}`,
        ),
      ),
      patch === null
        ? NOTHING
        : joinMarkup([md`Fix: ${patch.text}`, block(patch.diff.trimEnd(), 'diff')], '\n\n'),
    ],
    '\n\n',
  );
}
