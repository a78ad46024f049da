import { CUT, SHORTENED } from './cut.ts';
import { DISGUISED } from './disguised.ts';
import { MARKED } from './marked.ts';
import { MASKED } from './masked.ts';
import { MIXED } from './mixed.ts';
import type { Paste } from './paste.ts';
import { WRAPPED } from './wrapped.ts';

/** Every paste, by what was done to it. */
export const PASTES: readonly Paste[] = [
  ...WRAPPED,
  ...DISGUISED,
  ...MARKED,
  ...CUT,
  ...SHORTENED,
  ...MASKED,
  ...MIXED,
];
