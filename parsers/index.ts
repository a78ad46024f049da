import { decodeText } from '../src/bytes/text.ts';
import type { FormatChoice, RecordFormat } from '../src/model/record-format.ts';
import { suggest } from '../src/model/suggest.ts';
import { UserError } from '../src/model/user-error.ts';
import { fieldOfName } from './field-names.ts';
import { readFormatSource } from './format-source.ts';
import { istioJson, namedJson } from './istio-json.ts';
import { textFormats } from './istio-text.ts';
import { compileJsonFormat } from './json-format.ts';
import { createGuessedJson } from './json-guess.ts';
import { KeyValueParser } from './key-value-parser.ts';
import { FragmentParser } from './pasted-fragment.ts';
import { beginsLikeRecord, PastedParser } from './pasted-parser.ts';
import { productJsonFormats } from './product-json.ts';
import { productTextFormats } from './product-text.ts';
import { createTable } from './table-parser.ts';
import { compileTextFormat } from './text-parser.ts';
import { ztunnel, ztunnelJson } from './ztunnel.ts';

const RECORD_HEAD_BYTES = 200;
/** A format of start times that could be taken for one with the month first. */
const DAY_FIRST = /%START_TIME(?:_LOCAL)?\([^)]*%[de][./-]%m/;

const keyValue: RecordFormat = {
  id: 'key-value',
  title: 'key=value pairs, keys taken by name',
  versions: 'own formats',
  era: null,
  parser: new KeyValueParser(fieldOfName),
  isGeneral: true,
  samples: [
    {
      line: '[05/12/2019T16:14:53+0000 1575562493] method=POST authority=localhost:443 request=/StudentService/get alpn=HTTP/2 response_flag=UT status=200 status_details=upstream_response_timeout user-agent="grpc go/1.24.0"',
      expect: {
        method: 'POST',
        responseFlags: 'UT',
        responseCode: '200',
        responseCodeDetails: 'upstream_response_timeout',
        userAgent: 'grpc go/1.24.0',
      },
    },
  ],
};

const pasted: RecordFormat = {
  id: 'pasted',
  title: 'A pasted or trimmed text line',
  versions: 'any text layout with its start, its end or a field missing, quotes escaped, fields added',
  era: null,
  parser: new PastedParser(),
  samples: [
    {
      line: '"GET /productpage HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "10.42.0.1" "curl/8.7.1" "c4c58af1" "localhost" "-" outbound|9080||productpage.default.svc.cluster.local - 10.42.0.7:8080 10.42.0.1:60667 - -',
      expect: {
        startTime: undefined,
        responseFlags: 'UH',
        responseCodeDetails: 'no_healthy_upstream',
        authority: 'localhost',
        upstreamHost: null,
        routeName: null,
      },
    },
    {
      line: '[2021-06-23T07:15:29.541Z] \\"POST /user HTTP/1.1\\" 404 NR \\"-\\" \\"-\\" 0 0 0 - \\"10.128.17.153\\" \\"Java/1.8.0_292\\" \\"ad1b3656\\" \\"10.128.32.225:8080\\" \\"-\\" - - 10.128.32.225:8080 10.128.17.153:46632 - -',
      expect: {
        startTime: '2021-06-23T07:15:29.541Z',
        method: 'POST',
        mixerStatus: null,
        authority: '10.128.32.225:8080',
        downstreamLocalAddress: '10.128.32.225:8080',
      },
    },
    {
      line: '[2024-07-21T09:11:33.481Z] "GET /ws HTTP/1.1" 101 SI stream_idle_timeout 100 154 413322 - "-" "-" "8a458ce2" "localhost:8000" "192.168.5.2:8080"',
      expect: {
        responseFlags: 'SI',
        responseCodeDetails: 'stream_idle_timeout',
        duration: '413322',
        upstreamHost: '192.168.5.2:8080',
        upstreamCluster: undefined,
      },
    },
    {
      line: '{"log":"[2019-04-06T06:20:05.972Z] \\"- - -\\" 0 UF,URX 0 0 0 - \\"-\\" \\"-\\" \\"-\\" \\"-\\" \\"127.0.0.1:9200\\"\\n","stream":"stdout","time":"2019-04-06T06:20:06.139620629Z"}',
      expect: {
        startTime: '2019-04-06T06:20:05.972Z',
        method: null,
        responseCode: '0',
        responseFlags: 'UF,URX',
        upstreamHost: '127.0.0.1:9200',
        upstreamCluster: undefined,
      },
    },
    {
      line: '[2022-09-10T10:51:36.374Z] "CONNECT - HTTP/2" 200 - via_upstream - "-" 84 1894 4 - "-" "-" "eb705930-8b73-4c29-870e-ead523143278" "10.96.250.29:9080" ...',
      expect: {
        method: 'CONNECT',
        path: null,
        authority: '10.96.250.29:9080',
        upstreamHost: undefined,
        upstreamCluster: undefined,
      },
    },
  ],
};

/** Formats that are the same for every reading. */
const FIXED: readonly RecordFormat[] = [
  ...textFormats,
  ...productTextFormats,
  istioJson,
  ...productJsonFormats,
  namedJson,
  ztunnel,
  ztunnelJson,
  keyValue,
];

/** Every format, the more specific before the more general: detection takes the first that parses a line. */
export const formats: readonly RecordFormat[] = [...FIXED, createGuessedJson()];

/** For lines that no format takes. */
export const lenientFormat: RecordFormat = pasted;

/** What is listed, and may be named: a table is read by its header, so that it has no sample of its own. */
export const namedFormats: readonly RecordFormat[] = [
  ...FIXED,
  createTable(),
  createGuessedJson(),
  lenientFormat,
];

function suggestName(named: string): string {
  const near = suggest(
    named,
    namedFormats.map(({ id }) => id),
  );
  return near.length === 0 ? '' : `Did you mean ${near.join(', ')}? `;
}

/** True when a line begins like a record: with a start time in brackets or a quoted request. */
function looksLikeRecordStart(bytes: Uint8Array, start: number, end: number): boolean {
  return beginsLikeRecord(decodeText(bytes, start, Math.min(end, start + RECORD_HEAD_BYTES)));
}

/**
 * The format that a user names: by id, as an Envoy format string, or as a JSON format object.
 *
 * @throws UserError BAD_FORMAT when it is none of these.
 */
function compileFormat(named: string, place = 0): RecordFormat {
  const known = namedFormats.find(({ id }) => id === named);
  // It learns its columns from the header that it meets.
  if (known?.id === 'table') return createTable();
  if (known !== undefined) return known;
  const id = place === 0 ? 'own' : `own-${place + 1}`;
  const own = { id, title: 'given by --format', versions: '', era: null, samples: [] };
  if (named.trimStart().startsWith('{')) return { ...own, parser: compileJsonFormat(named) };
  if (named.includes('%')) return { ...own, parser: compileTextFormat(named) };
  throw new UserError({
    code: 'BAD_FORMAT',
    message: `--format ${JSON.stringify(named)} is neither the name of a format nor an Envoy format string`,
    hint: `${suggestName(named)}Known names: ${namedFormats.map(({ id }) => id).join(', ')}. A format string has operators such as %RESPONSE_FLAGS%; @FILE reads it from a file, which may be the YAML of the mesh or of Envoy.`,
  });
}

/**
 * What `--format` gives: one format, or all that are in the configuration which it is. Plain text, so that it can be handed
 * to another thread.
 *
 * @throws UserError BAD_FORMAT when there is none, with the place of the fault.
 */
export async function resolveFormats(text: string): Promise<readonly string[]> {
  const found = await readFormatSource(text);
  const faults: UserError[] = [];
  const usable = found.filter(({ format, where }) => {
    try {
      compileFormat(format);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(where === null ? error : atPlace(error, where));
      return false;
    }
  });
  const [fault] = faults;
  if (usable.length === 0 && fault !== undefined) throw fault;
  return usable.map(({ format }) => format);
}

function atPlace({ code, message, hint }: UserError, where: string): UserError {
  return new UserError({ code, message: `${where}: ${message}`, hint });
}

/** The formats to try: all, or those that the user gave. */
export function chooseFormats(given: readonly string[] | null): FormatChoice {
  if (given === null) {
    const all = [...FIXED, createTable(), createGuessedJson()];
    return {
      formats: all,
      lenient: lenientFormat,
      fragment: { ...lenientFormat, parser: new FragmentParser() },
      looksLikeRecord: looksLikeRecordStart,
      isDayFirst: false,
    };
  }
  return {
    formats: given.map(compileFormat),
    lenient: null,
    fragment: null,
    looksLikeRecord: () => true,
    isDayFirst: given.some((format) => DAY_FIRST.test(format)),
  };
}
