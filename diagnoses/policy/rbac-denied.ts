import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { isLocalReply, LOCAL_REPLIES } from '../../src/model/local-reply.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';
import { relays } from '../claims/relayed.ts';

const relaysRefusal = relays(403, LOCAL_REPLIES.rbacDenied.length);

/** HTTP lines have the reason in the response code details, TCP lines in the connection termination details. */
function says(
  s: Pick<ShapeView, 'responseCodeDetails' | 'connectionTerminationDetails'>,
  text: string,
): boolean {
  return (
    s.responseCodeDetails?.includes(text) === true || s.connectionTerminationDetails?.includes(text) === true
  );
}

export const rbacDenied = defineDiagnosis({
  id: 'rbac-denied',
  family: 'policy',
  title: 'AuthorizationPolicy denies the request',
  prior: 'common',
  flags: [],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'responseCodeDetails',
    'connectionTerminationDetails',
    'grpcStatus',
    'layer',
    'clusterDirection',
    'upstreamHost',
    'bytesSent',
    'bytesReceived',
    'durationMs',
  ],
  // Where no details are logged: a refusal that no upstream gave, or a TCP connection closed upon the first bytes.
  applies: (s) =>
    says(s, 'rbac_access_denied') ||
    relaysRefusal(s) ||
    (s.layer === 'http' &&
      s.detailsName == null &&
      s.responseFlags.length === 0 &&
      (s.responseCode === 401 || s.responseCode === 403) &&
      typeof s.upstreamHost !== 'string') ||
    (s.layer === 'tcp' &&
      s.connectionTerminationDetails === undefined &&
      s.responseFlags.length === 0 &&
      s.durationMs === 0 &&
      s.bytesSent === 0 &&
      (s.bytesReceived ?? 0) > 0),
  // The caller's proxy relays the refusal as an answer of the upstream.
  echoes: (s) => s.detailsName === 'via_upstream' && (s.responseCode === 403 || s.grpcStatus === 7),
  claimsHealthy: true,
  cause:
    'The proxy in front of {authority} enforces an AuthorizationPolicy, and this caller, path or method is not allowed: a DENY rule matches, or ALLOW policies exist and no rule of them matches. The application was never asked.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the details are rbac_access_denied_matched_policy',
      restsOn: policy.rbacDenies,
      when: (s) => says(s, 'rbac_access_denied'),
    },
    {
      for: 'strong',
      about: 'size',
      claim: 'the reply is the 19 bytes of "RBAC: access denied"',
      restsOn: [policy.rbacDenies, replies.fixedTexts],
      group: (_, s) => (s.layer === 'tcp' ? null : isLocalReply(s.bytesSent, 'rbacDenied')),
      otherwise: 'strong',
    },
    {
      against: 'moderate',
      about: 'code',
      claim: 'the answer came from an upstream: an application may have one of just this length',
      restsOn: replies.fixedTexts,
      when: relaysRefusal,
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the proxy itself answered 403, without a flag',
      restsOn: [policy.rbacDenies, replies.ownReplyHasNoHost],
      when: (s) => s.responseCode === 403 && s.responseFlags.length === 0 && s.upstreamHost === null,
    },
    {
      for: 'weak',
      about: 'policy',
      claim: 'no rule of the ALLOW policies matched (policy "none")',
      restsOn: policy.rbacDenies,
      when: (s) => says(s, 'policy[none]'),
    },
    {
      for: 'weak',
      about: 'policy',
      claim: 'the details name the policy and the rule that denies',
      restsOn: policy.rbacDenies,
      when: (s) => says(s, 'policy[ns['),
    },
    {
      // Envoy judges a TCP connection when its first bytes arrive, and then closes it at once.
      for: 'weak',
      about: 'traffic',
      claim: 'the caller sent data, got nothing back and lost the connection at once',
      restsOn: policy.rbacJudgesFirstBytes,
      when: (s) => s.layer === 'tcp' && s.durationMs === 0 && s.bytesSent === 0 && (s.bytesReceived ?? 0) > 0,
    },
    {
      against: 'strong',
      about: 'code',
      claim: 'the response code is 401: authorization answers 403',
      restsOn: policy.rbacDenies,
      when: (s) => s.responseCode === 401,
    },
  ],
  confusedWith: [
    {
      id: 'jwt-rejected',
      tellApart:
        'Code and size: 401 with a reason about the Jwt is the JWT filter; 403 with 19 bytes is authorization, also where a token is required by requestPrincipals and missing.',
    },
    {
      id: 'ext-authz-denied',
      tellApart:
        'Is UAEX set, or do the details say ext_authz? Then a CUSTOM policy asked an external service.',
    },
    {
      id: 'application-error',
      tellApart:
        'Is there an upstream host? On the caller side a denial looks like an answer of the upstream (403 via_upstream, 19 bytes): only the log of the sidecar of {authorityName} names the policy.',
    },
  ],
  confirm: [
    {
      run: 'istioctl experimental authz check {pod} -n POD_NAMESPACE',
      expect:
        'the AuthorizationPolicy that the details name, or at least one ALLOW policy if they say "none"',
    },
    {
      run: 'istioctl proxy-config log {pod} -n POD_NAMESPACE --level rbac:debug',
      expect:
        'from then on the proxy log shows "enforced denied" with the principal, address, method and path that were judged: compare them with the rules',
    },
  ],
  fixes: [
    {
      text: 'If the details say "none", no ALLOW rule matches: allow this caller. The principal works only if the call arrives by mutual TLS; match ipBlocks or remoteIpBlocks for callers outside the mesh.',
      yaml: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: allow-caller
  namespace: {namespace}
spec:
  selector:
    matchLabels:
      app: {service}
  action: ALLOW
  rules:
  - from:
    - source:
        principals: ["cluster.local/ns/CALLER_NAMESPACE/sa/CALLER_SERVICE_ACCOUNT"]
    to:
    - operation:
        methods: ["{method}"]
        paths: ["{path}"]`,
    },
    {
      text: 'If the details name a policy and a rule, that DENY rule matches: narrow it (notPrincipals, notPaths) or take it out. An ALLOW policy does not help, for DENY comes first.',
    },
    {
      text: 'Look for the usual slips: "- from" and "- to" as two rules where one was meant, HTTP fields in a policy for a TCP port (an ALLOW rule with them never matches, a DENY rule denies more than meant), a selector that covers more pods than meant.',
    },
    {
      text: 'The policy is called default-deny-all-due-to-bad-CUSTOM-action? Then a CUSTOM policy names a provider that the extensionProviders of the mesh configuration do not define: define it.',
    },
    { text: 'Wrong when the refusal is what the policy is for: then correct the caller.' },
  ],
  versions: 'Details since Istio 1.9; before that only the code 403 and the 19 bytes.',
  sources: [
    {
      title: 'Istio: security problems',
      url: 'https://istio.io/latest/docs/ops/common-problems/security-issues/',
    },
    {
      title: 'Istio: AuthorizationPolicy',
      url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
    },
    {
      title: 'istio/istio#40944: default-deny-all-due-to-bad-CUSTOM-action',
      url: 'https://github.com/istio/istio/issues/40944',
    },
  ],
  samples: [
    {
      file: 'client-and-server.log',
      origin: 'captured',
      from: 'both sidecars, Envoy 1.40: an ALLOW policy that covers one path only',
    },
    {
      file: 'tcp-termination-details.log',
      origin: 'captured',
      from: 'Envoy 1.40: a TCP service that admits one caller only',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40, default format of Envoy: the sidecar of the server',
    },
    {
      file: 'named-policy.log',
      origin: 'quoted',
      from: 'istio/istio#40944 and a published lesson on IP allow-lists at the gateway',
    },
    {
      file: 'caller-only.log',
      origin: 'composed',
      from: 'envoy-1.40-signatures.md, rbac-denied: the line of the client alone',
    },
  ],
});
