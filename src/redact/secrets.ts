/** Ends of the names of keys, headers and parameters whose values are secrets, whatever stands before them. */
const SECRET_ENDS = [
  'token',
  'secret',
  'passw(?:or)?d',
  'passphrase',
  'api[-_.]?key',
  '(?:access|account|private|subscription|encryption)[-_.]?key',
  'credentials?',
  'authorization',
  'cookie',
  'session[-_.]?id',
  'signature',
].join('|');
/** Short names, which other words end in: they stand for themselves. */
const SECRET_NAMES = ['pwd', 'auth', 'session', 'sid', 'sig', 'jwt', 'otp'].join('|');

/** A value behind a key: in quotes up to the last, else up to what ends a value in a log, a query or a header. */
const VALUE = String.raw`(?:"((?:[^"\\]|\\.)*)"|\\"((?:[^"\\]|\\(?!"))*)\\"|((?:bearer|basic|digest|token)[ +]+[^\s"',;&}\]]+|[^\s"',;&}\]\\]+))`;
const SECRET_PAIR = new RegExp(
  String.raw`((?<![a-z0-9])(?:[a-z0-9]*?(?:${SECRET_ENDS})|(?:${SECRET_NAMES}))\\?["']?\s*(?:[=:]|%3d)\s*)${VALUE}`,
  'gi',
);
/** A service may be called `auth`, and then a port follows. */
const PORT = /^\d{1,5}$/;

/** Secrets that are known by their looks. */
const KNOWN_SECRETS = new RegExp(
  [
    String.raw`\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)*`,
    String.raw`(?<=\b(?:[Bb]earer|[Bb]asic|[Dd]igest|[Nn]egotiate)(?: |%20|\+)+)(?=[^\s"']*(?:\d|[a-z][A-Z]|=))[\w.~+/=-]{8,}`,
    String.raw`\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{12,}`,
    String.raw`\b(?:gh[pousr]|github_pat|glpat|xox[abeprs]|[spr]k|npm|hf)[_-](?=[\w-]*\d)[\w-]{20,}`,
    String.raw`\bAIza[\w-]{30,}`,
    '-----BEGIN[^"]*?(?:-----END[^"]*?-----|$)',
    String.raw`(?<=://)[^\s/@"']+:[^\s/@"']+(?=@)`,
  ].join('|'),
  'g',
);

/** A part of a path that no person would write: long, of mixed letters with digits, or long hexadecimal. */
const RANDOM_SEGMENT =
  /(?<=[/;]|%2F)(?=[\w~.-]*\d)(?:(?=[\w~.-]*[a-z])(?=[\w~.-]*[A-Z])[\w~-]{20,}|[0-9a-f]{32,})(?=$|[/;?,.]|%2F)/g;

/** Replaces what is a secret by its looks, wherever it stands. */
export function replaceKnownSecrets(text: string, replace: (secret: string) => string): string {
  return text.replace(KNOWN_SECRETS, replace);
}

/** Replaces the values of keys, headers and parameters that are named like secrets. */
export function replaceSecretPairs(text: string, replace: (secret: string) => string): string {
  return text.replace(SECRET_PAIR, (whole, key: string, quoted?: string, escaped?: string, bare?: string) => {
    const value = quoted ?? escaped ?? bare ?? '';
    if (isNoSecret(value) || (key.endsWith(':') && PORT.test(value))) return whole;
    const name = replace(value);
    if (quoted !== undefined) return `${key}"${name}"`;
    return escaped === undefined ? `${key}${name}` : `${key}\\"${name}\\"`;
  });
}

/** Nothing, or logged as absent. */
function isNoSecret(value: string): boolean {
  return value === '' || value === '-' || value === 'null';
}

/** Replaces segments of a path that look like tokens. */
export function replaceRandomSegments(path: string, replace: (secret: string) => string): string {
  return path.replace(RANDOM_SEGMENT, replace);
}
