import { expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { analyseText } from '../support/analyse.ts';
import { linesOfSample } from '../support/samples.ts';

const POD = 'reviews-v1-545db77b95-2ps7q';

function commandsOf({ findings }: Report): readonly string[] {
  return findings
    .flatMap(({ confirm }) => confirm.map(({ run }) => run))
    .filter((run) => run.includes(' -n '));
}

function prefixed(sample: string, prefix: string): string {
  return linesOfSample(sample)
    .map((line) => `${prefix}${line}\n`)
    .join('');
}

test('commands are aimed at the pod that logged the lines', async () => {
  const report = await analyseText(prefixed('mixed/demo.log', `[pod/${POD}/istio-proxy] `));
  const commands = commandsOf(report);
  const atCaller = commands.filter((run) => /(?:POD|CALLER)_NAMESPACE/.test(run));
  expect(atCaller.length).toBeGreaterThan(0);
  for (const run of atCaller) expect(run).toContain(` ${POD} `);
});

test('the pod of the server is known from its own lines alone', async () => {
  const prefix = `[pod/${POD}/istio-proxy] `;
  const atServer = await analyseText(prefixed('app-not-listening/inbound-errno-111.log', prefix));
  expect(commandsOf(atServer).join('\n')).toContain(`kubectl debug -it ${POD} -n`);
  const atCaller = await analyseText(prefixed('connection-refused/all-pods.log', prefix));
  expect(commandsOf(atCaller).join('\n')).toContain('kubectl debug -it POD -n');
});

test('what is no name of a pod is left out', async () => {
  const report = await analyseText(prefixed('mixed/demo.log', '[pod/envoy/istio-proxy] '));
  expect(commandsOf(report).filter((run) => run.includes(' envoy '))).toEqual([]);
});
