/**
 * What can steer a terminal or hide from the eye: C0 and C1 controls (ESC, CSI, BEL), format characters (bidi
 * overrides, zero width, tags), lone surrogates, line and paragraph separators.
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Marks that pile up on one character take no width, so they would slip past every limit; four is plenty. */
const PILED_MARKS = /(?<=\p{M}{4})\p{M}/gu;

/** As nearly all texts are: nothing of it is harmful. */
const PRINTABLE = /^[ -~]*$/;

const SHORT_NAMES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function showCharacter(character: string): string {
  const short = SHORT_NAMES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * A text from a log, harmless on a terminal: what was replaced is shown (`\x1b`). Harmless text is returned unchanged,
 * so escaping twice does no harm.
 */
export function escapeForTerminal(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return text.replace(HARMFUL, showCharacter).replace(PILED_MARKS, showCharacter);
}
