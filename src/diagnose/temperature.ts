/**
 * How many bits of evidence double the odds: the one fitted number. Written by `node scripts/fit.mjs`, which leaves one
 * case of a labelled corpus out at a time and takes the value with the lowest Brier score on what was left out.
 */
export const TEMPERATURE = 1;
