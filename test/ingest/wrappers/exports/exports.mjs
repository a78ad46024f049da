// What further products and people make of a log, and what their pages and commands export.
import { COLLECTORS } from './collectors.mjs';
import { CONSOLES } from './consoles.mjs';
import { QUERY_PAGES } from './query-pages.mjs';
import { TEXTS } from './texts.mjs';

/** Every export by name. @type {Readonly<Record<string, import('../wrapping.mjs').Wrapping>>} */
export const EXPORTS = { ...COLLECTORS, ...CONSOLES, ...QUERY_PAGES, ...TEXTS };
