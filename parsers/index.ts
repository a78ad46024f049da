import type { RecordFormat } from '../src/model/record-format.ts';
import { fieldOfName } from './field-names.ts';
import { istioJson, namedJson } from './istio-json.ts';
import { textFormats } from './istio-text.ts';
import { KeyValueParser } from './key-value-parser.ts';
import { PastedParser } from './pasted-parser.ts';

const keyValue: RecordFormat = {
  id: 'key-value',
  title: 'key=value pairs, keys taken by name',
  versions: 'own formats',
  era: null,
  parser: new KeyValueParser(fieldOfName),
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
  ],
};

/** Every format, the more specific before the more general: detection takes the first that parses a line. */
export const formats: readonly RecordFormat[] = [...textFormats, istioJson, namedJson, keyValue, pasted];
