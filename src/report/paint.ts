/** What a piece of text is, as far as its looks go. */
export type Style = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'doubtful' | 'command';

/** Adds colour to a text that is laid out already; chosen by whoever knows the terminal. */
export type Paint = Readonly<Record<Style, (text: string) => string>>;

const asIs = (text: string): string => text;

/** No colour: files, pipes, `NO_COLOR`. */
export const PLAIN_PAINT: Paint = {
  plain: asIs,
  strong: asIs,
  faint: asIs,
  good: asIs,
  bad: asIs,
  doubtful: asIs,
  command: asIs,
};

/** Select Graphic Rendition; each is switched off by its own code, so that nesting does not reset the rest. */
const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

/** The eight colours that every terminal has and every theme keeps legible. */
export const ANSI_PAINT: Paint = {
  plain: asIs,
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  doubtful: sgr(33, 39),
  command: sgr(36, 39),
};
