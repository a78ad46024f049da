import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import { ENVOY_DETAILS } from './sources.ts';

export const http = defineBehaviours('http', {
  bodyTooLarge: {
    text: 'A filter that holds back whole request bodies answers one that is larger than its buffer with 413, the details request_payload_too_large and the 17 bytes "Payload Too Large", without a flag.',
    documented: [
      {
        title: 'Envoy: buffer filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/buffer_filter',
      },
      ENVOY_DETAILS,
    ],
    observed: 'Envoy 1.40, a buffer filter of 2000 bytes',
  },
});
