import { open } from 'node:fs/promises';

/** Room for the verdict of a text report, up to the line across the page. */
const HEAD_BYTES = 4096;

/** How the reports of this program begin, in any kind that may be called a log. */
const JSON_REPORT =
  /^\{\s*(?:"type":\s*"report",\s*)?"schemaVersion":\s*\d+,\s*"tool":\s*\{\s*"name":\s*"faultline"/;
const TEXT_REPORT =
  /^(?:(?:None of |All )?[\d,]+ (?:of [\d,]+ )?requests? failed|The only re|No (?:other )?proxy-level problem|No request found|All [\d,]+ records|Nothing new since).*\n─{40,}\n/s;
const MARKDOWN_REPORT = /^# faultline: /;
/** What a scheduled job remembers, where its folder lies among the logs. */
const STATE = /^\{"program":"faultline",/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a report that was written with --color always
const COLOURS = /\u001b\[[\d;]*m/g;

/** What a file is that this program wrote: it shows lines of logs, or tells of them, and is none. */
export type OwnFile = 'report' | 'state';

function recognise(head: string): OwnFile | null {
  if (STATE.test(head)) return 'state';
  const text = head.replace(COLOURS, '');
  return [JSON_REPORT, TEXT_REPORT, MARKDOWN_REPORT].some((beginning) => beginning.test(text))
    ? 'report'
    : null;
}

/** What this program wrote into a file; null for any other. What cannot be read is none. */
export async function findOwnFile(path: string): Promise<OwnFile | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return recognise(Buffer.from(buffer.buffer, 0, bytesRead).toString());
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
