import type { Behaviour } from '../../src/model/behaviour.ts';
import type { Claim, Diagnosis } from '../../src/model/diagnosis.ts';

function claim(parts: Partial<Claim> & { readonly claim: string }): Claim {
  return { supports: true, weight: 'strong', about: 'details', restsOn: [], judge: () => true, ...parts };
}

const REFUSED: Behaviour = {
  theme: 'connecting',
  name: 'connecting.refused',
  text: 'A kernel answers with a reset where nothing listens',
  documented: [{ title: 'RFC 9293', url: 'https://www.rfc-editor.org/rfc/rfc9293' }],
  observed: 'Envoy 1.40 with the application stopped',
  reasoned: null,
};
const AT_ONCE: Behaviour = {
  theme: 'timeouts',
  name: 'timeouts.atOnce',
  text: 'Nobody waits for a refusal.',
  documented: [],
  observed: null,
  reasoned: 'one round trip is all it takes',
};

/** A diagnosis with every part filled in. */
export const CONNECTION_REFUSED_RULE: Diagnosis = {
  id: 'connection-refused',
  family: 'connection',
  title: 'The upstream endpoint refuses connections',
  prior: 'common',
  flags: ['UF', 'URX'],
  applies: () => true,
  echoes: null,
  claimsHealthy: false,
  quiet: false,
  benign: null,
  cause:
    'The pod is there, but nothing listens on the port that the cluster points to, so its kernel answers every connection attempt with a reset.',
  evidence: [
    claim({ claim: 'flag UF is set', about: 'flags', weight: 'decisive', restsOn: [REFUSED] }),
    claim({
      claim: 'the request lasted less than 50 ms',
      about: 'duration',
      weight: 'weak',
      otherwise: 'moderate',
      restsOn: [AT_ONCE, REFUSED],
    }),
    claim({ claim: 'details name delayed_connect_error:_Connection_refused', about: 'transport' }),
    claim({
      claim: 'the request has an upstream local address',
      about: 'address',
      supports: false,
      weight: 'decisive',
    }),
  ],
  confusedWith: [
    {
      id: 'connect-timeout',
      tellApart: 'Do the failures last as long as the connect timeout, or only milliseconds?',
    },
  ],
  confirm: [
    {
      run: "istioctl proxy-config endpoints {pod} --cluster '{cluster}'",
      expect: 'the endpoint is listed and HEALTHY',
    },
    {
      run: 'kubectl exec {upstreamPod} -c istio-proxy -- ss -ltn',
      expect: 'no line with the port of the endpoint',
    },
  ],
  fixes: [
    {
      text: 'Make the application listen on the port that `targetPort` of the Service names.',
      yaml: 'kind: Service\nspec:\n  ports:\n    - port: 9080\n      targetPort: 9080\n',
    },
    { text: 'Give the pod a readiness probe on that port' },
  ],
  versions: 'Before Envoy 1.18 the reason is part of the details only',
  sources: [
    {
      title: 'Istio: traffic management problems',
      url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/',
    },
  ],
  samples: [{ file: 'text.log', origin: 'captured', from: 'Envoy 1.40 with the application stopped' }],
};

/** A rarer cause under one of the same flags, known only from a composed sample. */
export const CONNECT_TIMEOUT_RULE: Diagnosis = {
  ...CONNECTION_REFUSED_RULE,
  id: 'connect-timeout',
  title: 'Connections to the upstream address time out (unreachable, blocked or gone)',
  prior: 'usual',
  flags: ['UF'],
  cause: 'No answer comes back from the address of the endpoint.',
  evidence: [
    claim({ claim: 'flag UF is set', about: 'flags' }),
    claim({
      claim: 'the request lasted as long as the connect timeout',
      about: 'duration',
      weight: 'moderate',
    }),
  ],
  confusedWith: [{ id: 'connection-refused', tellApart: 'Does the attempt end at once?' }],
  confirm: [],
  fixes: [{ text: 'Open the port in the network policy.' }],
  versions: null,
  samples: [{ file: 'text.log', origin: 'composed', from: 'Envoy documentation of UF' }],
};

/** A cause without a response flag. */
export const RBAC_RULE: Diagnosis = {
  ...CONNECTION_REFUSED_RULE,
  id: 'rbac-denied',
  family: 'policy',
  title: 'AuthorizationPolicy denies the request',
  prior: 'uncommon',
  flags: [],
  evidence: [claim({ claim: 'details begin with rbac_access_denied_matched_policy' })],
};

export const RULES: readonly Diagnosis[] = [CONNECTION_REFUSED_RULE, CONNECT_TIMEOUT_RULE, RBAC_RULE];
