/** How the text of an input is written down, where it is not plain UTF-8. */
export type TextEncoding = 'utf-16le' | 'utf-16be' | 'quoted-printable';

const LF = 0x0a;
const EQUALS = 0x3d;
/** So many characters without a mark show that every other byte is 0. */
const TELLING_CHARACTERS = 8;
/** Where the header of a mail is not over by then, it is none. */
const MAX_MAIL_HEADER_BYTES = 32 * 1024;
const MAIL_HEADER =
  /^(?:From |(?:From|To|Cc|Subject|Date|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Content-[A-Za-z-]+|X-[\w-]+|ARC-[\w-]+|DKIM-[\w-]+): )/i;
const QUOTED_PRINTABLE = /^Content-Transfer-Encoding:\s*quoted-printable\s*$/im;
const HEADER_END = /\r?\n\r?\n/;
/** `=3D` for a byte, `=` for a line end that is none. */
const ESCAPES = /=(?:([0-9A-F]{2})|[ \t]*\r?\n)/gi;

/** True while the first bytes may still prove to be a mail, in which the way of writing is named further on. */
export function isHeaderOpen(head: Uint8Array): boolean {
  const text = latin1(head);
  return head.length < MAX_MAIL_HEADER_BYTES && MAIL_HEADER.test(text) && !HEADER_END.test(text);
}

/** Looks at the first bytes of a text; null: they are what they seem. */
export function detectEncoding(head: Uint8Array): TextEncoding | null {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (isEveryOtherZero(head, 1)) return 'utf-16le';
  if (isEveryOtherZero(head, 0)) return 'utf-16be';
  const text = latin1(head.subarray(0, MAX_MAIL_HEADER_BYTES));
  return MAIL_HEADER.test(text) && QUOTED_PRINTABLE.test(text) ? 'quoted-printable' : null;
}

function isEveryOtherZero(head: Uint8Array, zero: 0 | 1): boolean {
  if (head.length < 2 * TELLING_CHARACTERS) return false;
  for (let at = 0; at < 2 * TELLING_CHARACTERS; at++)
    if ((head[at] === 0) !== (at % 2 === zero)) return false;
  return true;
}

/** The same text in UTF-8. */
export function toUtf8(
  encoding: TextEncoding,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  return encoding === 'quoted-printable' ? decodeQuotedPrintable(chunks) : decodeUtf16(encoding, chunks);
}

async function* decodeUtf16(
  encoding: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** Line by line: no escape goes beyond a line but for the line end itself. */
async function* decodeQuotedPrintable(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LF) + 1;
    yield unescapeQuotedPrintable(bytes.subarray(0, end));
    rest = bytes.subarray(end);
  }
  yield unescapeQuotedPrintable(rest);
}

function unescapeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(EQUALS)) return bytes;
  const text = latin1(bytes).replaceAll(ESCAPES, (_, hex: string | undefined) =>
    hex === undefined ? '' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(text, 'latin1');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
