import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import { ENVOY_FLAGS, TCP_RFC } from './sources.ts';

export const connecting = defineBehaviours('connecting', {
  refused: {
    text: 'The kernel of a machine where nothing listens on the port answers an attempt to connect with a reset. Envoy logs UF with the words Connection refused, or errno 111.',
    documented: [TCP_RFC, ENVOY_FLAGS],
    observed: 'Envoy 1.40, upstreams without a listener on the port',
  },
  refusedAtOnce: {
    text: 'A refusal takes one round trip: nobody waits for a timeout.',
    documented: [TCP_RFC],
    observed: 'Envoy 1.40, 0 to 1 ms without retries, 10 to 120 ms with two of them',
  },
});
