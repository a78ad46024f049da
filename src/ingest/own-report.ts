import { open } from 'node:fs/promises';

/** Room for the verdict of a text report, up to the line across the page. */
const HEAD_BYTES = 4096;

/** How the reports of this program begin, in any kind that may be called a log. */
const JSON_REPORT =
  /^\{\s*(?:"type":\s*"report",\s*)?"schemaVersion":\s*\d+,\s*"tool":\s*\{\s*"name":\s*"faultline"/;
const TEXT_REPORT =
  /^(?:(?:None of |All )?[\d,]+ (?:of [\d,]+ )?requests? failed|The only re|No (?:other )?proxy-level problem|No request found|All [\d,]+ records|Nothing new since).*\n─{40,}\n/s;
const MARKDOWN_REPORT = /^# faultline: /;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a report that was written with --color always
const COLOURS = /\u001b\[[\d;]*m/g;

/** True for a text that begins as a report of this program: it shows lines of logs, and is none. */
function isOwnReport(head: string): boolean {
  const text = head.replace(COLOURS, '');
  return [JSON_REPORT, TEXT_REPORT, MARKDOWN_REPORT].some((beginning) => beginning.test(text));
}

/** Whether a file is a report of this program. What cannot be read is none. */
export async function holdsOwnReport(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return isOwnReport(Buffer.from(buffer.buffer, 0, bytesRead).toString());
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
