import type { ListTopic } from '../knowledge.ts';
import { renderList, renderReportSchema } from '../knowledge.ts';
import type { Terminal } from './terminal.ts';
import { terminalWidth, wantsColor, writeAll } from './terminal.ts';

/** Lists all diagnoses, flags or formats. */
export async function runList(topic: ListTopic, terminal: Terminal): Promise<number> {
  await writeAll(
    terminal.stdout,
    await renderList(topic, {
      color: wantsColor('auto', terminal),
      // What goes on to grep has one line for each entry.
      width: terminal.stdout.isTTY === true ? terminalWidth(terminal) : Number.POSITIVE_INFINITY,
    }),
  );
  return 0;
}

/** Prints the JSON Schema of the JSON report. */
export async function runSchema(terminal: Terminal): Promise<number> {
  await writeAll(terminal.stdout, await renderReportSchema());
  return 0;
}
