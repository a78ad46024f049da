import type { Field } from './field.ts';
import type { Logged } from './logged.ts';

/** One access-log record as text, field by field. Made only where a line is shown or tested, never on the hot path. */
export type RequestRecord = { readonly [F in Field]: Logged<string> };
