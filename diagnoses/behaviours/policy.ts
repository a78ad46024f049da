import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import { ENVOY_FLAGS } from './sources.ts';

export const policy = defineBehaviours('policy', {
  faultAborts: {
    text: 'The fault filter answers a configured share of the requests itself, before any upstream is asked, with the flag FI, the details fault_filter_abort and the 18 bytes "fault filter abort".',
    documented: [
      {
        title: 'Envoy: fault injection filter',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/fault_filter',
      },
      ENVOY_FLAGS,
    ],
    observed: 'Envoy 1.40, aborts with 500 and 555',
  },
  faultDelays: {
    text: 'A delay of the fault filter is over before an upstream is asked; it sets DI, and what happens then adds its own flag.',
    documented: [ENVOY_FLAGS],
    observed: 'Envoy 1.40, a delay with and without an abort (DI,FI)',
  },
});
