import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnoses } from '../diagnoses/index.ts';
import { type Behaviour, THEMES } from '../src/model/behaviour.ts';
import { behaviourAnchor } from '../src/report/behaviours-page.ts';
import { behaviours } from './support/behaviours.ts';
import { ROOT } from './support/command.ts';

const nameOf = ({ theme, name }: Behaviour): string => `${theme}: ${name}`;

describe('behaviours', () => {
  test('stand in a file for each theme', () => {
    const files = readdirSync(join(ROOT, 'diagnoses/behaviours')).filter((name) => name !== 'sources.ts');
    const themes = THEMES.filter((theme) => behaviours.some((behaviour) => behaviour.theme === theme));
    expect(files.sort()).toEqual(themes.map((theme) => `${theme}.ts`).sort());
  });

  test('have headings of their own on the page of behaviours', () => {
    const anchors = behaviours.map(behaviourAnchor);
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });

  test('are whole sentences', () => {
    expect(behaviours.filter(({ text }) => !/^[A-Z].*\.$/.test(text)).map(nameOf)).toEqual([]);
  });

  test('and diagnoses name pages with https, each by one title', () => {
    const pages = [
      ...behaviours.flatMap(({ documented }) => documented),
      ...diagnoses.flatMap(({ sources }) => sources),
    ];
    const titles = new Map(pages.map(({ url, title }) => [url, title]));
    expect(pages.filter(({ url }) => !url.startsWith('https://'))).toEqual([]);
    expect(pages.filter(({ url, title }) => titles.get(url) !== title)).toEqual([]);
  });

  test('that nobody documents say in whose version they were seen, or what they follow from', () => {
    const bare = behaviours.filter(
      ({ documented, observed, reasoned }) =>
        documented.length === 0 && !/\d/.test(observed ?? '') && (reasoned ?? '').trim() === '',
    );
    expect(bare.map(nameOf)).toEqual([]);
  });

  test('carry a claim each', () => {
    const used = new Set(diagnoses.flatMap(({ evidence }) => evidence.flatMap(({ restsOn }) => restsOn)));
    expect(behaviours.filter((behaviour) => !used.has(behaviour)).map(nameOf)).toEqual([]);
    expect([...used].filter((behaviour) => !behaviours.includes(behaviour)).map(nameOf)).toEqual([]);
  });
});
