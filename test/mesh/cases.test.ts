import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { lintMesh } from '../../src/run.ts';
import { analyseWithMesh } from '../support/analyse.ts';
import { CAUSES } from './causes.ts';

const CASES = fileURLToPath(new URL('cases/', import.meta.url));
const NAMES = Object.keys(CAUSES);
const MENDED = NAMES.filter((name) => existsSync(pathOf(name, 'fixed.yaml')));

function pathOf(name: string, file: string): string {
  return join(CASES, name, file);
}

function diagnose(log: string, mesh: string): Promise<Report> {
  return analyseWithMesh([log], [mesh]);
}

describe('a log with the configuration of its mesh', () => {
  test.for(NAMES)('%s: the cause is found first', async (name) => {
    const { findings } = await diagnose(pathOf(name, 'broken.log'), pathOf(name, 'broken.yaml'));
    expect(CAUSES[name]).toContain(findings[0]?.diagnosis.id);
  });

  test.for(MENDED)('%s: mended, nothing is found but what is benign', async (name) => {
    const { findings } = await diagnose(pathOf(name, 'fixed.log'), pathOf(name, 'fixed.yaml'));
    const wrong = findings.filter(
      ({ status, diagnosis }) => status !== 'benign' && diagnosis.id !== 'application-error',
    );
    expect(wrong.map(({ diagnosis }) => diagnosis.id)).toEqual([]);
  });

  test.for(NAMES)('%s: the meshes of other cases confirm nothing', async (name) => {
    const others = NAMES.filter((other) => other !== name).flatMap((other) => [
      pathOf(other, 'broken.yaml'),
      ...(MENDED.includes(other) ? [pathOf(other, 'fixed.yaml')] : []),
    ]);
    const wrong: string[] = [];
    for (const mesh of others) {
      const { findings, notes } = await diagnose(pathOf(name, 'broken.log'), mesh);
      const confirmed = findings.filter(({ status }) => status === 'confirmed');
      // A log without the name of any service fits every mesh with the same fault: then the report says so.
      const isSaid = notes.some((note) => note.includes('names a service'));
      const ids = confirmed.map(({ diagnosis }) => diagnosis.id);
      wrong.push(
        ...ids.filter((id) => !isSaid || !CAUSES[name]?.includes(id)).map((id) => `${id} by ${mesh}`),
      );
    }
    expect(wrong).toEqual([]);
  });

  test.for(MENDED)('%s: mended, nothing of severity error is left', async (name) => {
    const { faults } = await lintMesh([pathOf(name, 'fixed.yaml')]);
    expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

/** The log of the broken mesh with the mended configuration: what it excludes, and the line that says so. */
const EXCLUDED: readonly (readonly [name: string, id: string, written: string])[] = [
  ['dr-disable-under-strict', 'tls-conflict-plaintext-to-strict', 'mode: ISTIO_MUTUAL'],
  ['external-dns-fails', 'dns-resolution-failed', 'endpoints:'],
  ['gateway-host-mismatch', 'no-route-for-authority', 'hosts:'],
  ['plaintext-to-tls-server', 'plaintext-to-tls-port', 'mode: SIMPLE'],
  ['registry-only-unknown-host', 'registry-only-blocked', 'partner.test.com'],
];

test.for(EXCLUDED)(
  '%s: the mended configuration speaks against %s, by file and line',
  async ([name, id, written]) => {
    const path = pathOf(name, 'fixed.yaml');
    const { findings, notes } = await diagnose(pathOf(name, 'broken.log'), path);
    const [note = ''] = notes.filter((text) => text.includes(id) && text.includes('fixed.yaml:'));
    const line = Number(/fixed\.yaml:(\d+)/.exec(note)?.[1]);
    // A list is placed at its first item, one line below its key.
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .slice(line - 2, line)
        .join('\n'),
    ).toContain(written);
    expect(
      findings.filter((finding) => finding.diagnosis.id === id && finding.status === 'confirmed'),
    ).toEqual([]);
  },
);
