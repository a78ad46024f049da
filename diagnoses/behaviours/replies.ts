import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import { ENVOY_HTTP_UTILITY_CODE, ENVOY_ROUTER_CODE } from './sources.ts';

export const replies = defineBehaviours('replies', {
  resetReplyNamesReason: {
    text: 'Where a stream is reset before an answer, Envoy replies with a fixed sentence and the reset reason, so the bytes sent tell the reason where details are not logged.',
    documented: [ENVOY_ROUTER_CODE, ENVOY_HTTP_UTILITY_CODE],
    observed: 'Envoy 1.40, the sizes of all its replies to resets',
  },
  relayedReplyKeepsItsSize: {
    text: 'A proxy in front passes the reply of another proxy on as it came: the status and the size of its text stay, the flag does not.',
    observed:
      'Istio 1.31: a failed connection at the sidecar of the server, seen by the sidecar of the client',
  },
});
