import { describe, expect, test } from 'vitest';
import { renderBehavioursPage } from '../../src/report/behaviours-page.ts';
import { CONNECTION_REFUSED_RULE, RBAC_RULE } from './fixture-diagnoses.ts';

const linkTo = (id: string): string => `../diagnoses/connection/${id}.md`;

describe('the page of behaviours', () => {
  const page = renderBehavioursPage([CONNECTION_REFUSED_RULE, RBAC_RULE], linkTo);

  test('says of each behaviour how it is known, and what rests on it', async () => {
    await expect(page).toMatchFileSnapshot('golden/behaviours-page.md');
  });

  test('has no theme without a behaviour', () => {
    expect(page.match(/^## .*/gm)).toEqual(['## Connecting', '## Timeouts']);
  });
});
