import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spellPathTemplate } from '../../src/bytes/path-template.ts';
import { decodeText, encodeText } from '../../src/bytes/text.ts';

function templateOf(path: string): string {
  const bytes = encodeText(`/9${path}/9?`);
  return spellPathTemplate(bytes, 2, bytes.length - 3, (from, to) => decodeText(bytes, from, to));
}

describe('a path template', () => {
  test.for([
    ['/', '/'],
    ['/productpage', '/productpage'],
    ['/api/v1/users', '/api/v1/users'],
    ['/api/v12/users', '/api/v12/users'],
    ['/v2', '/v2'],
    ['/users/', '/users/'],
    ['//a', '//a'],
    ['*', '/*'],
    ['/.well-known/acme-challenge', '/.well-known/acme-challenge'],
    ['/feedface', '/feedface'],
    ['/deadbeef-cafe', '/deadbeef-cafe'],
    ['/straße/商品', '/straße/商品'],
  ] as const)('keeps the names of %s', ([path, template]) => {
    expect(templateOf(path)).toBe(template);
  });

  test.for([
    ['/accounts/7/balance', '/accounts/*/balance'],
    ['/orders/ORE00042', '/orders/*'],
    ['/cards/EUR27', '/cards/*'],
    ['/day/2026-11-21', '/day/*'],
    ['/item/0A1B2C3D', '/item/*'],
    ['/item/a1bcdefa', '/item/*'],
    ['/u/fdb69ab0-942c-4e04-9da6-39901dfe8992/x', '/u/*/x'],
    [`/t/${'k'.repeat(41)}`, '/t/*'],
    ['/f/v2026', '/f/v2026'],
  ] as const)('masks what stands for something else in %s', ([path, template]) => {
    expect(templateOf(path)).toBe(template);
  });

  test.for(['/a/b?c=/d/e', '/a/b#c/d', '/a/b'])('ends %s at its query or fragment', (path) => {
    expect(templateOf(path)).toBe('/a/b');
  });

  test('cuts a path that is too deep', () => {
    expect(templateOf('/a/b/c/d/e/f/g/h')).toBe('/a/b/c/d/e/f/…');
  });

  test('keeps a path that is just as deep as is shown', () => {
    expect(templateOf('/a/b/c/d/e/f')).toBe('/a/b/c/d/e/f');
  });

  test('of nothing is the root', () => {
    expect(templateOf('')).toBe('/');
  });

  test('is the same for ids that differ in their digits alone', () => {
    const id = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(templateOf(`/users/${a}/x?q=${b}`)).toBe(templateOf(`/users/${b}/x`));
      }),
    );
  });
});
