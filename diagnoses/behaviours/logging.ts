import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const logging = defineBehaviours('logging', {
  localAddressMeansConnected: {
    text: 'The local address of the upstream connection is logged once there is one. Where details are logged and it is missing, the request never reached the upstream: the connection was still being made.',
    documented: [pages.ENVOY_OPERATORS],
    observed:
      'Envoy 1.40: `-` with UF, UO, UH, NC and NR, filled with UC, UPE, UR and UT of slow applications; 17 of 18 lines without it where packets to a dead pod were dropped',
  },
  sidesLookAlike: {
    text: 'A line without a cluster does not say which proxy wrote it. Where the lines of caller and server are mixed, those of the server succeed at the same endpoint.',
    reasoned: 'both name the endpoint, and only the one that has the trouble logs it',
  },
  ownRequestsTellWhose: {
    text: 'In formats without addresses, the requests that a log shares with the log of a caller tell whose it is. Where it shares none and all of its requests lead to one endpoint, it is that of the proxy at this endpoint, or of a caller that calls nothing else.',
    reasoned:
      'a sidecar takes in the requests of one pod only, while those of a caller go to as many hosts as it has calls to make',
  },
  proxyTellsItsState: {
    text: 'The container istio-proxy logs to the same output when it starts and is ready, when it is told to shut down, when Envoy crashes, when configuration is received or rejected, and when istiod, a certificate or a secret is not to be had.',
    observed: 'published output of istio-proxy and Envoy, from 2017 to Envoy 1.40',
  },
});
