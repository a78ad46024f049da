import { defineDiagnosis } from '../../src/diagnose/define.ts';
import type { Source } from '../../src/model/behaviour.ts';
import type { Confirmation, Diagnosis, DiagnosisSample, Fix } from '../../src/model/diagnosis.ts';
import type { Logged } from '../../src/model/logged.ts';
import type { ShapeView } from '../../src/model/shape-view.ts';
import { policy } from '../behaviours/policy.ts';

/** What differs between the five refusals of Mixer. */
interface MixerRefusal {
  readonly id: string;
  readonly title: string;
  /** First word of the Mixer status, a gRPC status name. */
  readonly status: string;
  /** HTTP code that Mixer's client makes of it. */
  readonly code: number;
  readonly cause: string;
  readonly tellApart: { readonly id: string; readonly tellApart: string };
  /** The command that shows the reason, and what it shows. */
  readonly check: Confirmation;
  readonly fixes: readonly Fix[];
  readonly sources?: readonly Source[];
  readonly samples: readonly DiagnosisSample[];
}

const MIXER_FIELDS = [
  'responseFlags',
  'responseCode',
  'mixerStatus',
  'responseCodeDetails',
  'upstreamHost',
  'upstreamCluster',
  'bytesSent',
] as const;
type MixerShape = Pick<ShapeView, (typeof MIXER_FIELDS)[number]>;

/** What Mixer's client says when it got no answer; `UNAVAILABLE:` stands before it in the reply. */
const UNREACHED = [
  'upstream connect error or disconnect/reset before headers',
  'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
  'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  'upstream connect error or disconnect/reset before headers. reset reason: overflow',
  'upstream request timeout',
  'no healthy upstream',
  'Cluster not available',
];
const UNREACHED_SIZES: ReadonlySet<number> = new Set(UNREACHED.map((text) => `UNAVAILABLE:${text}`.length));

/** The status without the quotes that dynamic metadata prints around text. */
function statusText(logged: Logged<string>): string | null {
  return typeof logged === 'string' ? logged.replace(/^"+|"+$/g, '') : null;
}

function says(s: MixerShape, status: string): boolean {
  const text = statusText(s.mixerStatus);
  return text !== null && (text === status || text.startsWith(`${status}:`));
}

/**
 * Istio 1.0 set no flag for Mixer (istio/istio#7959), and Istio 1.8 logged the flag but no Mixer status any more. An
 * Envoy that logs neither status nor cluster is not Istio's: its UAEX is the ext_authz filter.
 */
function isOldLayout(s: MixerShape): boolean {
  if (s.mixerStatus !== undefined || s.responseCodeDetails !== undefined) return false;
  if (s.responseFlags.includes('UAEX')) return s.upstreamCluster !== undefined;
  return s.responseFlags.length === 0 && s.responseCode === 503 && s.upstreamHost === null;
}

const RULES =
  'kubectl get rules.config.istio.io,handlers.config.istio.io,instances.config.istio.io -A -o yaml';

const REPLACE: Fix = {
  text: 'For good: Mixer was removed in Istio 1.8. Express the rule as an AuthorizationPolicy, a RequestAuthentication or a rate limit of Envoy, and upgrade.',
};

const REFUSALS: readonly MixerRefusal[] = [
  {
    id: 'mixer-internal',
    title: 'Mixer policy: INTERNAL error',
    status: 'INTERNAL',
    code: 500,
    cause:
      'Mixer was reached but could not judge the request to {authority}: a rule refers to an attribute that is missing, or an adapter failed.',
    tellApart: {
      id: 'application-error',
      tellApart:
        'Is there an upstream host? Then the application answered 500. Mixer refuses before one is chosen.',
    },
    check: {
      run: 'kubectl -n istio-system logs -l istio-mixer-type=policy -c mixer --since=1h',
      expect:
        'an expression error or a failed adapter at the time of the failures; the status text quotes it',
    },
    fixes: [
      {
        text: 'Give the attribute that the status text names a default in the instance (for example source.labels["app"] | "unknown"), or repair the adapter it names.',
      },
    ],
    samples: [
      {
        file: 'istio-1-5-status.log',
        origin: 'composed',
        from: 'causes.json mixer-internal, in the log layout of Istio 1.3 to 1.7',
      },
    ],
  },
  {
    id: 'mixer-permission-denied',
    title: 'Mixer policy: PERMISSION_DENIED',
    status: 'PERMISSION_DENIED',
    code: 403,
    cause:
      'A Mixer rule (denier, list checker or authorization adapter) matched the request to {authority} and forbade it.',
    tellApart: {
      id: 'rbac-denied',
      tellApart:
        'Is the flag UAEX set? Then a Mixer rule refused. A 403 without a flag, 19 bytes long, comes from an AuthorizationPolicy.',
    },
    check: {
      run: RULES,
      expect:
        'a denier or list checker whose match covers this request; the status text names the handler and its namespace',
    },
    fixes: [
      {
        text: 'Correct the match of the rule, or the entries of the list (an IP list must see the address of the caller, not that of a load balancer).',
      },
    ],
    samples: [
      {
        file: 'istio-1-5-status.log',
        origin: 'composed',
        from: 'causes.json mixer-permission_denied, in the log layout of Istio 1.3 to 1.7',
      },
    ],
  },
  {
    id: 'mixer-resource-exhausted',
    title: 'Mixer policy: RESOURCE_EXHAUSTED, quota used up',
    status: 'RESOURCE_EXHAUSTED',
    code: 429,
    cause:
      'The quota that a QuotaSpec binds to {authority} is used up for this period, and Mixer refuses what comes beyond it.',
    tellApart: {
      id: 'rate-limited',
      tellApart:
        'Which flag? UAEX with a Mixer status is a quota of Mixer, RL is a rate limit of Envoy itself.',
    },
    check: {
      run: 'kubectl get handlers.config.istio.io,quotaspecs.config.istio.io,quotaspecbindings.config.istio.io -A -o yaml',
      expect:
        'a memquota or redisquota handler whose maxAmount per validDuration is below the load, or a redisquota handler that cannot reach Redis',
    },
    fixes: [
      {
        text: 'Raise maxAmount in the quota handler, add an override for this caller, or slow the caller down. memquota counts per Mixer pod, so its limit changes with the replicas.',
      },
      {
        text: 'Wrong when the limit protects a service at its real capacity: then the load must go down instead.',
      },
    ],
    samples: [
      {
        file: 'quota-request-count.log',
        origin: 'quoted',
        from: 'Istio workshop notes, 16 September 2019: memquota of one request a second on Istio 1.1; healthy lines around it composed',
      },
    ],
  },
  {
    id: 'mixer-unauthenticated',
    title: 'Mixer policy: UNAUTHENTICATED',
    status: 'UNAUTHENTICATED',
    code: 401,
    cause:
      'A Mixer adapter (an authentication or API key handler) found no valid credential on the request to {authority} and refused it.',
    tellApart: {
      id: 'jwt-rejected',
      tellApart:
        'Is the flag UAEX set? Then a Mixer rule refused. A 401 without a flag comes from the JWT filter of a RequestAuthentication.',
    },
    check: {
      run: RULES,
      expect:
        'the rule, handler and instance that judge credentials; the log of istio-policy names the handler at each refusal',
    },
    fixes: [
      {
        text: 'Send the credential that the handler asks for, or correct the match of the rule so that it spares this path.',
      },
    ],
    samples: [
      {
        file: 'istio-1-5-status.log',
        origin: 'composed',
        from: 'causes.json mixer-unauthenticated, in the log layout of Istio 1.3 to 1.7',
      },
    ],
  },
  {
    id: 'mixer-unavailable',
    title: 'Mixer policy: UNAVAILABLE, the proxy could not reach Mixer',
    status: 'UNAVAILABLE',
    code: 503,
    cause:
      'The proxy asks Mixer (istio-policy) before each request to {authority}, got no answer, and refuses the request because the policy check fails closed. The application was never asked.',
    tellApart: {
      id: 'no-healthy-endpoints',
      tellApart:
        'Is the Mixer status "-"? Then the application of {authority} has no endpoint. With UNAVAILABLE it is istio-policy that has none.',
    },
    check: {
      run: 'kubectl -n istio-system get configmap istio -o yaml',
      expect: 'disablePolicyChecks: false and policyCheckFailOpen: false in the mesh configuration',
    },
    fixes: [
      {
        text: 'Bring istio-policy back: more replicas, more memory, and mutual TLS settings that fit its cluster (a DestinationRule for *.local breaks the way to it).',
      },
      {
        text: 'Nobody needs the checks? Switch them off with disablePolicyChecks: true in the mesh configuration, or let them fail open with policyCheckFailOpen: true. Wrong where a rule protects something: then every caller passes.',
      },
    ],
    sources: [
      {
        title: 'istio/istio#7959: Mixer not available is not in the response flags (Istio 1.0)',
        url: 'https://github.com/istio/istio/issues/7959',
      },
    ],
    samples: [
      {
        file: 'istio-1-0-without-flag.log',
        origin: 'quoted',
        from: 'istio/istio#7959: Istio 1.0 with istio-policy stopped; healthy lines around it composed',
      },
      {
        file: 'istio-1-3-status.log',
        origin: 'composed',
        from: 'causes.json mixer-unavailable: the status of istio/istio#17539 in the log layout of Istio 1.3 to 1.7',
      },
    ],
  },
];

function toDiagnosis(refusal: MixerRefusal): Diagnosis {
  const { status, code } = refusal;
  const isUnreachable = status === 'UNAVAILABLE';
  return defineDiagnosis({
    id: refusal.id,
    family: 'policy',
    title: refusal.title,
    prior: 'uncommon',
    flags: ['UAEX'],
    reads: MIXER_FIELDS,
    applies: (s) => statusText(s.mixerStatus) !== null || (isUnreachable && isOldLayout(s)),
    cause: refusal.cause,
    evidence: [
      {
        for: 'decisive',
        about: 'policy',
        claim: `the Mixer status is ${status}`,
        restsOn: policy.mixerStatus,
        when: (s) => says(s, status),
      },
      {
        // The client of Mixer answers with the status as text, so the two have the same length.
        for: 'strong',
        about: 'size',
        claim: isUnreachable
          ? 'the reply is as long as the text of an UNAVAILABLE status'
          : 'the reply is as long as the Mixer status',
        restsOn: policy.mixerReply,
        when: (s) =>
          typeof s.bytesSent === 'number' &&
          (says(s, status)
            ? statusText(s.mixerStatus)?.length === s.bytesSent
            : isUnreachable && s.mixerStatus === undefined && UNREACHED_SIZES.has(s.bytesSent)),
      },
      {
        for: 'moderate',
        about: 'code',
        claim: `the response code is ${code}, the one that stands for ${status}`,
        restsOn: policy.mixerCodes,
        when: (s) => s.responseCode === code,
      },
      {
        against: 'decisive',
        about: 'policy',
        claim: `the Mixer status is another one than ${status}`,
        restsOn: policy.mixerStatus,
        when: (s) => statusText(s.mixerStatus) !== null && !says(s, status),
      },
      {
        against: 'moderate',
        about: 'code',
        claim: `the response code is another one than the ${code} that stands for ${status}`,
        restsOn: policy.mixerCodes,
        when: (s) => typeof s.responseCode === 'number' && s.responseCode !== code,
      },
    ],
    confusedWith: [
      refusal.tellApart,
      {
        id: isUnreachable ? 'ext-authz-unreachable' : 'ext-authz-denied',
        tellApart: 'Is the Mixer status "-"? Then UAEX comes from the ext_authz filter.',
      },
    ],
    confirm: [
      {
        run: 'kubectl -n istio-system get pods -l istio-mixer-type=policy -o wide',
        expect: isUnreachable
          ? 'istio-policy pods that are not ready, restart or are too few for the load, or an empty list because Mixer is not installed any more'
          : 'istio-policy pods that run: the request was refused by them, or failed in them',
      },
      refusal.check,
    ],
    fixes: [...refusal.fixes, REPLACE],
    versions:
      'Istio 1.0 to 1.7; the status is logged from 1.1 on, the flag UAEX too; Mixer was removed in 1.8. An access log format of your own shows the status only with %DYNAMIC_METADATA(istio.mixer:status)%',
    sources: [
      {
        title: 'Istio 1.5: requests are rejected by Envoy',
        url: 'https://istio.io/v1.5/docs/ops/common-problems/network-issues/#requests-are-rejected-by-envoy',
      },
      ...(refusal.sources ?? []),
    ],
    samples: refusal.samples,
  });
}

/** The five ways in which Mixer refused a request, which differ in the status alone. */
export const mixerDiagnoses: readonly Diagnosis[] = REFUSALS.map(toDiagnosis);
