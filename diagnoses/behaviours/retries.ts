import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const retries = defineBehaviours('retries', {
  limitReached: {
    text: 'URX says that all retries are used up. What went wrong is told by the flag beside it and the details, which are those of the last try.',
    documented: [pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: URX,UF, URX,UC, URX,UT',
  },
  errorsAreRetried: {
    text: 'A route can retry answers of the application (5xx, or the codes that it lists). If the last try fails too, its answer is passed on: URX alone, with via_upstream.',
    documented: [
      {
        title: 'Envoy: x-envoy-retry-on',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on',
      },
    ],
    observed: 'Envoy 1.40: an application that answers 503 three times; Istio 1.31: retryOn 5xx',
  },
});
