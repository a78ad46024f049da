import type { Event } from '../aggregate/log-lines.ts';
import { at, render } from '../aggregate/log-lines.ts';

const DETAILS = 'upstream_reset_before_response_started{overflow}';

/** Lines of requests that fail with 503 and the flag, a tenth of a second apart. */
export function failures(flag: string, count: number, event: Event = {}, fromMs = 0): readonly string[] {
  return Array.from({ length: count }, (_, i) =>
    render({
      responseCode: '503',
      responseFlags: flag,
      responseCodeDetails: DETAILS,
      startTime: at(fromMs + 100 * i),
      ...event,
    }),
  );
}
