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

/** A value in quotes, which may be escaped, up to the last of them. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"|\\"((?:[^"\\]|\\(?!"))*)\\"`;
/** Else up to what ends a value in a log, a query or a header. */
const WORD = String.raw`(?:bearer|basic|digest|token)[ +]+[^\s"',;&}\]]+|[^\s"',;&}\]\\]+`;
/** User agents have blanks: up to the next key. */
const WORDS = String.raw`[^\s"',;}\\]+(?: (?![\w.-]+=)[^\s"'=\\]+)*`;
const SECRET_PAIR = new RegExp(
  String.raw`((?:(?<![a-z0-9])|(?<=%[0-9a-f]{2}))(?:[a-z0-9]*?(?:${SECRET_ENDS})|(?:${SECRET_NAMES}))\\?["']?\s*(?:[=:]|%(?:25)*3[ad]|\\u003d)\s*)(?:${QUOTED}|(${WORD}))`,
  'gi',
);
const USER_AGENT_PAIR = new RegExp(
  String.raw`((?<![a-z0-9])(?:[a-z0-9]*[-_])?(?:user[-_ ]?agent|agent|ua)\\?["']?\s*[=:]\s*)(?:${QUOTED}|(${WORDS}))`,
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
    // The same as part of a path or of a query.
    String.raw`(?<=%3[Aa]%2[Ff]%2[Ff])[^\s/@"'?]+?%3[Aa][^\s/@"'?]+?(?=%40)`,
  ].join('|'),
  'g',
);

/** A part of a path that no person would write: long, of mixed letters with digits, or long hexadecimal. */
const RANDOM_SEGMENT =
  /(?<=[/;]|%2F)(?=[\w~.-]*\d)(?:(?=[\w~.-]*[a-z])(?=[\w~.-]*[A-Z])[\w~-]{20,}|[0-9a-f]{32,})(?=$|[/;?,.]|%2F)/g;

/** The segment behind one that says what it is: `/session/4f2c9a17e0`. Words and templates of paths are none. */
const NAMED_SEGMENT =
  /(?<=\/(?:tokens?|sessions?|sid|secrets?|passw(?:or)?d|api-?keys?|jwt|otp|credentials?|reset|invit(?:e|ation)|magic-?link)\/)(?!token-\d)(?=[\w~.%-]*\d)(?=[\w~.%-]*[a-z])[\w~.%-]{8,}/gi;

/** What is left of `user:password@host.example` is none. */
const EMAIL =
  /(?<![\w.!#$&'*+~-])(?!token-\d+@)[\w.!#$&'*+~-]+(?:@|%(?:25)*40|\\u0040)(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w-])/gi;

/** Replaces addresses of emails, also as a part of a path spells them. */
export function replaceEmails(text: string, replace: (email: string) => string): string {
  return text.replace(EMAIL, replace);
}

/** Replaces what is a secret by its looks, wherever it stands. */
export function replaceKnownSecrets(text: string, replace: (secret: string) => string): string {
  return text.replace(KNOWN_SECRETS, replace);
}

/** Replaces the values of keys, headers and parameters that are named like secrets. */
export function replaceSecretPairs(text: string, replace: (secret: string) => string): string {
  return replacePairs(text, SECRET_PAIR, (value, key) =>
    key.endsWith(':') && PORT.test(value) ? value : replace(value),
  );
}

/** Replaces the values of keys that are named like user agents. */
export function replaceUserAgentPairs(text: string, replace: (agent: string) => string): string {
  return replacePairs(text, USER_AGENT_PAIR, replace);
}

function replacePairs(
  text: string,
  pattern: RegExp,
  replace: (value: string, key: string) => string,
): string {
  return text.replace(pattern, (whole, key: string, quoted?: string, escaped?: string, bare?: string) => {
    const value = quoted ?? escaped ?? bare ?? '';
    if (isNoSecret(value)) return whole;
    const name = replace(value, key);
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
  return path.replace(RANDOM_SEGMENT, replace).replace(NAMED_SEGMENT, replace);
}
