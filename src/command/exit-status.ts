/** What the exit statuses mean, for help pages. */
export const EXIT_STATUSES: readonly (readonly [status: string, meaning: string])[] = [
  ['0', 'Nothing of --fail-on holds.'],
  ['1', 'A condition of --fail-on holds.'],
  ['2', 'Wrong use, nothing readable, or nothing recognised.'],
  ['70', 'A defect of the program.'],
  ['130, 143', 'After SIGINT and SIGTERM; the report of what was read is still printed.'],
];

/** Variables of the environment that are read. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ['NO_COLOR', 'When set to anything, the text report has no colour.'],
  ['FORCE_COLOR', 'When set, the text report has colour, in files and pipes too; 0 is as NO_COLOR.'],
  ['COLUMNS', 'The width of the text report where standard output is no terminal.'],
  ['TERM', 'When it is dumb, there is neither colour nor progress.'],
];
