import { describe, expect, test } from 'vitest';
import { parseFormatString } from '../../parsers/format-string.ts';
import { compileTextFormat } from '../../parsers/text-parser.ts';
import { FIELD_OPERATORS, FIELDS } from '../../src/model/field.ts';
import { UserError } from '../../src/model/user-error.ts';
import { recordOf } from './parse-line.ts';

function failureOf(format: string): UserError {
  try {
    compileTextFormat(format);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${format} compiles`);
}

describe('parseFormatString', () => {
  test('splits a format into literals and operators with their places', () => {
    expect(parseFormatString('[%START_TIME%] %REQ(X-ID?Y):8% 5%%')).toMatchObject([
      { kind: 'literal', text: '[', offset: 0 },
      { kind: 'operator', name: 'START_TIME', args: null, maxLength: null, offset: 1 },
      { kind: 'literal', text: '] ', offset: 13 },
      { kind: 'operator', name: 'REQ', args: 'X-ID?Y', maxLength: 8, offset: 15 },
      { kind: 'literal', text: ' 5%', offset: 30 },
    ]);
  });

  test.for(['\n', '\r\n', '\\n'])('drops the line end %j', (lineEnd) => {
    expect(parseFormatString(`%DURATION%${lineEnd}`)).toHaveLength(1);
  });

  test('reads arguments that hold per cent signs and brackets', () => {
    const [time, , cel] = parseFormatString(
      '%START_TIME(%Y-%m-%dT%H:%M:%S%z)% %CEL(request.headers["a"].size())%',
    );
    const deep = [
      'CEL((size(a) + (b % 3)) > 4)',
      'COALESCE({"operators":["A",{"operator":"REQ","param":"(x)"}]}):9',
    ];
    for (const spelled of deep) {
      expect(parseFormatString(`%${spelled}% %DURATION%`)).toMatchObject([
        { args: spelled.replace(/^\w+\((.*)\)(?::9)?$/, '$1') },
        { kind: 'literal' },
        { name: 'DURATION' },
      ]);
    }
    expect([time, cel]).toMatchObject([
      { args: '%Y-%m-%dT%H:%M:%S%z' },
      { args: 'request.headers["a"].size()' },
    ]);
  });

  test.for(FIELDS.map((field) => [field, FIELD_OPERATORS[field]] as const))(
    'finds %s in %%%s%%',
    ([field, operator]) => {
      expect(parseFormatString(`%${operator}%`)).toMatchObject([{ field, isDefault: true }]);
    },
  );

  test.for([
    ['%REQ(:path)%', 'path'],
    ['%REQUEST_HEADER(USER-AGENT)%', 'userAgent'],
    ['%RESPONSE_HEADER(x-envoy-upstream-service-time)%', 'upstreamServiceTime'],
    ['%REQ(:AUTHORITY?HOST)%', 'authority'],
    ['%REQ(X-REQUEST-ID?X-TRACE):36%', 'requestId'],
    ['%REQ_WITHOUT_QUERY(X-ENVOY-ORIGINAL-PATH?:PATH)%', 'path'],
    ['%PATH(NQ)%', 'path'],
    ['%UPSTREAM_CLUSTER_RAW%', 'upstreamCluster'],
    ['%UPSTREAM_REMOTE_ADDRESS%', 'upstreamHost'],
    ['%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%', 'downstreamRemoteAddress'],
    ['%RESPONSE_FLAGS_LONG%', 'responseFlags'],
    ['%RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%', 'responseCodeDetails'],
    ['%START_TIME(%s.%3f)%', 'startTime'],
    ['%TRAILER(grpc-status)%', 'grpcStatus'],
    ['%GRPC_STATUS(CAMEL_STRING)%', 'grpcStatus'],
    ['%START_TIME_LOCAL(%H:%M)%', 'startTime'],
    ['%EMIT_TIME%', 'startTime'],
    ['%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', 'upstreamHost'],
    ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(24)%', 'downstreamRemoteAddress'],
    ['%DOWNSTREAM_DIRECT_LOCAL_ADDRESS%', 'downstreamLocalAddress'],
    ['%REQ(X-ENVOY-ORIGINAL-HOST?:AUTHORITY):64%', 'authority'],
    ['%REQUESTED_SERVER_NAME(SNI_FIRST:ORIG)%', 'requestedServerName'],
    ['%KUMA_DESTINATION_SERVICE%', 'upstreamCluster'],
    ['%REQ(X-OTHER)%', null],
    ['%CONNECTION_ID%', null],
  ] as const)('reads %s as %s', ([format, field]) => {
    expect(parseFormatString(format)).toMatchObject([{ field }]);
  });

  test.for([
    ['%REQ(X-OTHER)%', 'freeText'],
    ['%REQ(:SCHEME)%', 'word'],
    ['%DYNAMIC_METADATA(a:b)%', 'freeText'],
    ['%FILTER_STATE(a:PLAIN)%', 'freeText'],
    ['%ENVIRONMENT(POD)%', 'freeText'],
    ['%DOWNSTREAM_PEER_SUBJECT%', 'freeText'],
    ['%CONNECTION_ID%', 'word'],
    ['%DOWNSTREAM_TRANSPORT_FAILURE_REASON%', 'phrase'],
    ['%START_TIME(%d %b %Y)%', 'phrase'],
    ['%EMIT_TIME(%d %b %Y)%', 'phrase'],
    ['%START_TIME%', 'word'],
    ['%DURATION%', 'integer'],
    ['%RESPONSE_FLAGS%', 'flags'],
  ] as const)('takes the value of %s for %s', ([format, value]) => {
    expect(parseFormatString(format)).toMatchObject([{ value }]);
  });
});

describe('a format with several operators for one field', () => {
  test.for([
    ['the default one last', '%UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_HOST%', 'a b', 'b'],
    ['the default one first', '%UPSTREAM_HOST% %UPSTREAM_REMOTE_ADDRESS%', 'a b', 'a'],
    ['no default one', '%UPSTREAM_REMOTE_ADDRESS% %UPSTREAM_REMOTE_ADDRESS%', 'a b', 'a'],
  ] as const)('takes the right one with %s', ([, format, line, host]) => {
    expect(recordOf(compileTextFormat(format), line).upstreamHost).toBe(host);
  });
});

describe('a bad format string', () => {
  test.for([
    ['100%', 4],
    ['%RESPONSE_CODE', 1],
    ['%response_code%', 1],
    ['%RESPONSE_CODE% %', 17],
    ['% RESPONSE_CODE%', 1],
    ['%REQ(X%', 1],
  ] as const)('%s is refused at its character', ([format, character]) => {
    expect(failureOf(format)).toMatchObject({
      code: 'BAD_FORMAT',
      message: expect.stringContaining(`at character ${character}: here a % starts no operator`),
    });
  });

  test.for(['', 'hello', '%%'])('%j is refused for want of an operator', (format) => {
    expect(failureOf(format).message).toContain('it has no operator');
  });

  test.for([
    [
      '%UPSTREAM_CLUSTER%|%UPSTREAM_HOST%',
      /character 1: the value of %UPSTREAM_CLUSTER% may itself hold the "\|"/,
    ],
    [
      '%DURATION%|%UPSTREAM_HOST%:%BYTES_SENT%',
      /character 12: the value of %UPSTREAM_HOST% may itself hold the ":"/,
    ],
    ['%START_TIME%-%DURATION%', /may itself hold the "-"/],
    [
      '%RESPONSE_CODE% %REQ(X-FORWARDED-FOR)% %REQ(USER-AGENT)%',
      /character 17: %REQ% and %REQ% both hold blanks, and nothing but a blank/,
    ],
  ] as const)('%s is refused, for the border cannot be found', ([format, message]) => {
    expect(failureOf(format).message).toMatch(message);
  });

  test.for([
    '%DURATION%ms %BYTES_SENT%|%RESPONSE_CODE%/%RESPONSE_FLAGS%',
    '%START_TIME(%s)%.%START_TIME(%3f)% %UPSTREAM_HOST%(%RESPONSE_CODE%)',
    '%REQ(USER-AGENT)%\t%REQ(X-FORWARDED-FOR)%',
    '"%REQ(USER-AGENT)%" "%REQ(X-FORWARDED-FOR)%"',
  ])('%s is not', (format) => {
    expect(compileTextFormat(format).fields.size).toBeGreaterThan(0);
  });

  test('with operators side by side is refused with place and reason', () => {
    expect(failureOf('[%START_TIME%] %REQ(:AUTHORITY)%%REQ(:PATH)% %RESPONSE_CODE%')).toMatchObject({
      code: 'BAD_FORMAT',
      message: expect.stringMatching(
        /at character 16: %REQ% and the value after it have nothing between them: ….*%REQ\(:AUTHORITY\)%/,
      ),
      hint: 'Put a blank or a quote between the two operators.',
    });
  });
});
