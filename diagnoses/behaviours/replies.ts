import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const replies = defineBehaviours('replies', {
  resetReplyNamesReason: {
    text: 'Where a stream is reset before an answer, Envoy replies with a fixed sentence and the reset reason, so the bytes sent tell the reason where details are not logged.',
    documented: [pages.ENVOY_ROUTER_CODE, pages.ENVOY_HTTP_UTILITY_CODE],
    observed: 'Envoy 1.40: the sizes of all its replies to resets',
  },
  relayedReplyKeepsItsSize: {
    text: 'A proxy in front passes the reply of another proxy on as it came: the status and the size of its text stay, the flag does not.',
    observed:
      'Envoy 1.40, two sidecars: 62 replies of 98 bytes, 503 UF at the server and 503 via_upstream at the caller',
  },
  fixedTexts: {
    text: 'The replies that Envoy makes itself are fixed texts, so the bytes sent tell which one it was where details are not logged: "stream timeout" has 14 bytes, "RBAC: access denied" 19. Some texts are of one length, and an application may answer with as many.',
    documented: [pages.ENVOY_ROUTER_CODE],
    observed: 'Envoy 1.40: the sizes of these replies',
  },
  ownReplyHasNoHost: {
    text: 'A reply that the proxy makes before it chooses an upstream has no upstream host; where an upstream answered there is one.',
    documented: [pages.ENVOY_OPERATORS],
    observed: 'Envoy 1.40: `-` with NR, NC, UH, RL, UAEX, FI, IH, 401, 403, 413, 426 and 431 of its own',
  },
  reasonIsLogged: {
    text: 'A flag or details name what ended the request. If they name something else, it was something else.',
    documented: [pages.ENVOY_FLAGS, pages.ENVOY_DETAILS],
  },
});
