import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const limits = defineBehaviours('limits', {
  overflow: {
    text: 'A request that finds the connections, the queue or the requests of its cluster at their limit is answered at once with 503, the flag UO and the reset reason overflow.',
    documented: [pages.ENVOY_CIRCUIT_BREAKING, pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: 18 parallel requests against two connections and a queue of two',
  },
  tcpOverflowAsUrx: {
    text: 'A TCP connection that the limit on pending connections refuses is logged as URX alone, without an upstream host.',
    observed: 'Envoy 1.40: TCP proxy with max_pending_requests 0',
  },
  retryOverflow: {
    text: 'A retry that the limit on retries forbids adds UO to the flag of the attempt that failed; the reset reason stays that of the attempt.',
    documented: [pages.ENVOY_CIRCUIT_BREAKING],
    observed: 'Envoy 1.40: refused connections and maxRetries 0 give UO,UF',
  },
  limitsComeAndGo: {
    text: 'A limit refuses only what is too much at that moment: requests before, between and after pass.',
    documented: [pages.ENVOY_CIRCUIT_BREAKING],
  },
});
