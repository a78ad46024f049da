import { describe, expect, test } from 'vitest';
import { detectEncoding, isHeaderOpen, toUtf8 } from '../../src/ingest/text-encoding.ts';

const LINE = '[2026-11-21T03:33:07.287Z] "GET /é?q=1 HTTP/1.1" 200';
const MAIL = 'Subject: log\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n';

async function* cutAt(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(bytes: Uint8Array, size: number): Promise<string> {
  const encoding = detectEncoding(bytes);
  if (encoding === null) return 'as it is';
  const parts: Uint8Array[] = [];
  for await (const part of toUtf8(encoding, cutAt(bytes, size))) parts.push(part);
  return Buffer.concat(parts).toString();
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

describe('a text that is not UTF-8', () => {
  test.each([
    ['UTF-16 of Windows', utf16(`\ufeff${LINE}\n`), `${LINE}\n`],
    ['UTF-16, the high byte first', utf16(`\ufeff${LINE}\n`).swap16(), `${LINE}\n`],
    ['UTF-16 without a mark', utf16(`${LINE}\n`), `${LINE}\n`],
    ['UTF-16 without a mark, the high byte first', utf16(`${LINE}\n`).swap16(), `${LINE}\n`],
    [
      'a mail in quoted-printable',
      Buffer.from(`${MAIL}a=3Db =C3=\r\n=A9 =\nc\n100 =\t`),
      `${MAIL}a=b é c\n100 =\t`,
    ],
  ] as const)('is read wherever it is cut: %s', async (_, bytes, expected) => {
    for (const size of [1, 2, 3, 7, 1000]) expect(await decode(bytes, size)).toBe(expected);
  });

  test.each([
    ['UTF-8', Buffer.from(LINE)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${LINE}`)],
    ['a line that speaks of a mail', Buffer.from(`${LINE} Content-Transfer-Encoding: quoted-printable`)],
    ['a mail as it is', Buffer.from('Subject: log\n\na=3Db')],
    ['a short text', Buffer.from('a\0')],
  ] as const)('is not taken for it: %s', async (_, bytes) => {
    expect(await decode(bytes, 1000)).toBe('as it is');
  });
});

test('a mail is waited for until its header ends', () => {
  expect(isHeaderOpen(Buffer.from('Subject: log\nContent-'))).toBe(true);
  expect(isHeaderOpen(Buffer.from(MAIL))).toBe(false);
  expect(isHeaderOpen(Buffer.from(LINE))).toBe(false);
  expect(isHeaderOpen(Buffer.alloc(40_000, 'Subject: '))).toBe(false);
});
