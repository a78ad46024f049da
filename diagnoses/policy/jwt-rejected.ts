import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';

/** The reasons that the JWT filter gives as its whole reply (Envoy, source/common/jwt/status.cc), and that of Istio 1.0 to 1.4. */
const REASONS = [
  'Jwt is missing',
  'Jwt is expired',
  'Jwt not yet valid',
  'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections',
  'Jwt header is an invalid JSON',
  'Jwt header is an invalid Base64url encoded',
  'Jwt header [alg] is not supported',
  'Jwt payload is an invalid JSON',
  'Jwt payload is an invalid Base64url encoded',
  'Jwt signature is an invalid Base64url encoded',
  'Jwt issuer is not configured',
  'Jwt verification fails',
  'Audiences in Jwt are not allowed',
  "Jwks doesn't have key to match kid or alg from Jwt",
  'Jwks remote fetch is failed',
  'Origin authentication failed.',
];
const REASON_SIZES: ReadonlySet<number> = new Set(REASONS.map((reason) => reason.length));

export const jwtRejected = defineDiagnosis({
  id: 'jwt-rejected',
  family: 'policy',
  title: 'RequestAuthentication rejects the JWT',
  prior: 'usual',
  flags: [],
  reads: [
    'responseFlags',
    'responseCode',
    'detailsName',
    'responseCodeDetails',
    'layer',
    'upstreamHost',
    'bytesSent',
  ],
  // The filter sets no flag. A token for the wrong audience is a 403, everything else a 401.
  applies: (s) =>
    s.detailsName === 'jwt_authn_access_denied' ||
    (s.layer === 'http' &&
      s.detailsName == null &&
      s.responseFlags.length === 0 &&
      (s.responseCode === 401 || s.responseCode === 403) &&
      typeof s.upstreamHost !== 'string'),
  echoes: (s) => s.detailsName === 'via_upstream' && s.responseCode === 401,
  claimsHealthy: true,
  cause:
    'The proxy in front of {authority} checks the token of each request (RequestAuthentication) and refuses this one: missing where a rule of the filter requires it, expired, malformed, from an issuer that is not configured, or signed with a key that the proxy does not have.',
  evidence: [
    {
      for: 'decisive',
      about: 'details',
      claim: 'the details are jwt_authn_access_denied and name the reason',
      restsOn: policy.jwtRefusals,
      when: (s) => s.detailsName === 'jwt_authn_access_denied',
    },
    {
      for: 'strong',
      about: 'size',
      claim: 'the reply is as long as one of the reasons of the JWT filter',
      restsOn: [policy.jwtRefusals, replies.fixedTexts],
      when: (s) => typeof s.bytesSent === 'number' && REASON_SIZES.has(s.bytesSent),
      otherwise: 'moderate',
    },
    {
      for: 'moderate',
      about: 'code',
      claim: 'the proxy itself answered 401, without a flag',
      restsOn: [policy.jwtRefusals, replies.ownReplyHasNoHost],
      when: (s) => s.responseCode === 401 && s.responseFlags.length === 0 && s.upstreamHost === null,
    },
    {
      against: 'moderate',
      about: 'code',
      claim: 'the response code is 403: of all reasons only a wrong audience gives that',
      restsOn: policy.jwtRefusals,
      when: (s) => s.responseCode === 403 && s.responseCodeDetails?.includes('Audiences') !== true,
    },
  ],
  confusedWith: [
    {
      id: 'rbac-denied',
      tellApart:
        'Code: a request without any token passes a RequestAuthentication and is then refused by the AuthorizationPolicy with 403. 401 means that a token was sent and found bad, or that the filter requires one.',
    },
    {
      id: 'ext-authz-denied',
      tellApart: 'Is UAEX set, or do the details say ext_authz? Then an external service judged the token.',
    },
    {
      id: 'application-error',
      tellApart: 'Is there an upstream host? Then the application behind it answered 401.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get requestauthentications.security.istio.io -A -o yaml',
      expect:
        'a rule that selects this workload, whose issuer differs from the iss claim of the token, or whose jwksUri the proxy or istiod cannot fetch',
    },
    {
      run: "kubectl exec {pod} -n POD_NAMESPACE -c istio-proxy -- pilot-agent request GET 'stats?filter=jwt_authn'",
      expect:
        'denied grows with each failure; jwks_fetch_failed above 0 means that the keys are the trouble, not the token',
    },
  ],
  fixes: [
    {
      text: 'Read the reason in the details. Jwt_is_expired, Jwt_not_yet_valid: renew the token, compare the clocks. Jwt_issuer_is_not_configured: issuer must equal the iss claim to the letter, trailing slash included.',
      yaml: `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: {service}-jwt
  namespace: {namespace}
spec:
  selector:
    matchLabels:
      app: {service}
  jwtRules:
  - issuer: https://ISSUER # equals the iss claim of the token
    jwksUri: https://ISSUER/.well-known/jwks.json # reachable from istiod`,
    },
    {
      text: "Jwks_doesn't_have_key_to_match_kid: the issuer has changed its keys and istiod still hands out the old ones (it looks every 20 minutes); wait, or restart istiod. Jwks_remote_fetch_is_failed: repair the way to jwksUri.",
    },
    {
      text: 'Wrong when the callers have no business there: the refusal is then what the policy is for.',
    },
  ],
  versions: 'Details since Istio 1.9; before that only the code 401 and the size of the reply.',
  sources: [
    {
      title: 'Istio: security problems, end-user authentication fails',
      url: 'https://istio.io/latest/docs/ops/common-problems/security-issues/#end-user-authentication-fails',
    },
    {
      title: 'Envoy: JWT authentication filter',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter',
    },
  ],
  samples: [
    {
      file: 'missing-unknown-issuer-malformed.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway that requires a token on one prefix',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, default format of Envoy',
    },
  ],
});
