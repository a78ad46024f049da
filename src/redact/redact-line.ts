import type { Field } from '../model/field.ts';
import type { FieldSpan, Redaction } from '../model/redaction.ts';
import { addressesIn, replaceAddresses } from './address.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import {
  replaceEmails,
  replaceKnownSecrets,
  replaceRandomSegments,
  replaceSecretPairs,
  replaceUserAgentPairs,
} from './secrets.ts';

/** Reads the fields of a log line, in the order of the line; null when it is of no known format. */
export type FieldReader = (line: string) => readonly FieldSpan<Field>[] | null;

/** Fields whose addresses belong to the mesh. */
const MESH_FIELDS: readonly Field[] = ['upstreamHost', 'downstreamLocalAddress', 'upstreamLocalAddress'];
/** From the question mark, or the fragment, to the end of the address of a request. */
const QUERY = /(?<=[\w/.~%*@!$&(),;=+:-])[?#][^\s"'<>\\]+/g;
/** What stands in quotes and begins with a product and its version, as user agents do. */
const USER_AGENT = /(?<=")(?!HTTP\/)[A-Za-z][\w.+-]*\/v?\d[^"\\]*(?=\\?")/g;
/** What goes on behind a blank in a value without quotes, up to the next key. */
const UNQUOTED_REST = /^(?: (?![\w.-]+=)[^\s=]+)+/;
/** What stands before the host of an authority. */
const USER_INFO = /(?<=^|:\/\/)[^\s@/]+(?=@)/;
const UUID = /(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/gi;

function lengthOfRest(text: string): number {
  return UNQUOTED_REST.exec(text)?.[0].length ?? 0;
}

/** Takes out of log lines what a redaction names. */
export class LineRedactor {
  readonly #redaction: Redaction;
  readonly #names: Pseudonyms;
  readonly #readFields: FieldReader;
  /** The fields of the lines that were learnt from. */
  readonly #fields = new Map<string, ReturnType<FieldReader>>();
  /** Addresses of the mesh, which are shown: endpoints, and what clusters and authorities name. */
  readonly #mesh: Set<string>;

  constructor(redaction: Redaction, names: Pseudonyms, readFields: FieldReader, mesh: Iterable<string>) {
    this.#redaction = redaction;
    this.#names = names;
    this.#readFields = readFields;
    this.#mesh = new Set(mesh);
  }

  /** Learns which addresses of a line are endpoints. */
  learn(line: string): void {
    const fields = this.#readFields(line);
    this.#fields.set(line, fields);
    for (const { field, start, end } of fields ?? []) {
      if (field !== 'upstreamHost') continue;
      for (const address of addressesIn(line.slice(start, end))) this.#mesh.add(address);
    }
  }

  /** A log line without what is to be taken out; its layout stays. */
  redactLine(line: string): string {
    const fields = this.#fields.get(line) ?? this.#readFields(line);
    if (fields === null) return this.#redactUnknown(line, new Set());
    // A proxy's own addresses; what it also logs as a client was named when the field was met.
    const own = new Set(
      fields
        .filter(({ field }) => MESH_FIELDS.includes(field))
        .flatMap(({ start, end }) => addressesIn(line.slice(start, end))),
    );
    for (const span of fields) this.#nameClients(span, line);
    let text = '';
    let at = 0;
    for (const { field, start, end: shownEnd } of fields) {
      const isUnquotedAgent = field === 'userAgent' && line[start - 1] === '=';
      const end = isUnquotedAgent ? shownEnd + lengthOfRest(line.slice(shownEnd)) : shownEnd;
      text += this.#redactUnknown(line.slice(at, start), own);
      text += this.#redactField(field, line.slice(start, end));
      at = end;
    }
    return text + this.#redactUnknown(line.slice(at), own);
  }

  /** A sentence of the report, with names out of the log in it. */
  redactSentence(text: string): string {
    const { rules, patterns } = this.#redaction;
    let redacted = rules.has('token') ? replaceKnownSecrets(text, this.#nameToken) : text;
    redacted = this.#redactEmails(redacted);
    redacted = replaceAddresses(redacted, (address) => this.#names.knownNameOf('client', address) ?? address);
    if (rules.has('address')) redacted = replaceAddresses(redacted, (a) => this.#names.nameOf('address', a));
    if (rules.has('request-id'))
      redacted = redacted.replace(UUID, (id) => this.#names.nameOf('request-id', id));
    for (const pattern of patterns)
      redacted = redacted.replace(pattern, (value) =>
        value === '' ? '' : this.#names.nameOf('redacted', value),
      );
    return redacted;
  }

  /** A value of the log or of the configuration that is not a sentence of this program: keys may stand in it. */
  redactValue(value: string): string {
    return this.redactSentence(this.#redactTokens(value));
  }

  /** An authority, a cluster or another place of a request. */
  redactPlace(place: string): string {
    return this.redactValue(this.#redactUserInfo(place));
  }

  /** A path with its query, or the template of one. */
  redactPath(path: string): string {
    const { rules } = this.#redaction;
    const at = path.search(/[?#]/);
    const [place, mark, query] =
      at < 0 ? [path, '', ''] : [path.slice(0, at), path[at] ?? '', path.slice(at + 1)];
    const rest =
      rules.has('query') && query !== '' ? this.#names.nameOf('query', query) : this.#redactTokens(query);
    return this.redactSentence(this.#redactSegments(place) + mark + rest);
  }

  #redactSegments(place: string): string {
    const { rules } = this.#redaction;
    if (rules.has('path') && place !== '/') return `/${this.#names.nameOf('path', place)}`;
    return this.#redactTokens(rules.has('token') ? replaceRandomSegments(place, this.#nameToken) : place);
  }

  /** The name of a client's address; the address where it is one of the mesh. */
  nameClient(address: string): string {
    return this.#mesh.has(address) || !this.#redaction.rules.has('client')
      ? address
      : this.#names.nameOf('client', address);
  }

  readonly #nameToken = (secret: string): string => this.#names.nameOf('token', secret);

  #redactTokens(text: string): string {
    if (!this.#redaction.rules.has('token')) return text;
    return replaceKnownSecrets(replaceSecretPairs(text, this.#nameToken), this.#nameToken);
  }

  #nameClients({ field, start, end }: FieldSpan<Field>, line: string): void {
    if (field === 'downstreamRemoteAddress') this.#redactClient(line.slice(start, end));
    if (field === 'xForwardedFor') this.#redactForwarded(line.slice(start, end));
  }

  #redactField(field: Field, value: string): string {
    switch (field) {
      case 'path':
        return this.redactPath(value);
      case 'userAgent':
        return this.#redactUserAgent(value);
      case 'xForwardedFor':
        return this.redactSentence(this.#redactForwarded(value));
      case 'downstreamRemoteAddress':
        return this.redactSentence(this.#redactClient(value));
      case 'requestId':
        return this.#redactRequestId(value);
      case 'authority':
        return this.redactPlace(value);
      default:
        return this.redactValue(value);
    }
  }

  #redactUserAgent(value: string): string {
    if (!this.#redaction.rules.has('user-agent') || value === '' || value === '-')
      return this.redactValue(value);
    return this.#names.nameOf('user-agent', value);
  }

  /** `user:password@host`; a user without a password may be the address of an email. */
  #redactUserInfo(authority: string): string {
    const hasPassword = /[^/:]:[^/@]*@/.test(authority);
    const place = hasPassword ? authority : this.#redactEmails(authority);
    return this.#redaction.rules.has('token') ? place.replace(USER_INFO, this.#nameToken) : place;
  }

  #redactEmails(text: string): string {
    return this.#redaction.rules.has('email')
      ? replaceEmails(text, (email) => this.#names.nameOf('email', email))
      : text;
  }

  #redactRequestId(value: string): string {
    if (!this.#redaction.rules.has('request-id') || value === '-') return this.redactValue(value);
    return this.#names.nameOf('request-id', value);
  }

  #redactClient(value: string): string {
    return replaceAddresses(value, (address) => this.nameClient(address));
  }

  /** Every entry of the list, whether an address or, as RFC 7239 allows, a word. */
  #redactForwarded(value: string): string {
    if (!this.#redaction.rules.has('client')) return value;
    return value.replace(/[^\s,]+/g, (entry) => {
      if (entry === '-') return entry;
      const named = this.#redactClient(entry);
      return named === entry && addressesIn(entry).length === 0 ? this.#names.nameOf('client', entry) : named;
    });
  }

  /** Text of no known field: whatever it may be, it may hold anything. */
  #redactUnknown(text: string, own: ReadonlySet<string>): string {
    const { rules } = this.#redaction;
    let redacted = text;
    if (rules.has('user-agent')) {
      const name = (value: string): string => this.#names.nameOf('user-agent', value);
      redacted = replaceUserAgentPairs(redacted, name).replace(USER_AGENT, name);
    }
    if (rules.has('query'))
      redacted = redacted.replace(QUERY, (query) => query[0] + this.#names.nameOf('query', query.slice(1)));
    redacted = this.#redactTokens(
      rules.has('token') ? replaceRandomSegments(redacted, this.#nameToken) : redacted,
    );
    if (rules.has('client'))
      redacted = replaceAddresses(redacted, (address) =>
        own.has(address) ? address : this.nameClient(address),
      );
    return this.redactSentence(redacted);
  }
}
