import type { MeshPatch } from '../../model/mesh-evidence.ts';
import type { ShapeView } from '../../model/shape-view.ts';
import { type Check, type FaultLines, type FitContext, type FoundFault, noPatch } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { toPatch } from '../patch.ts';
import { isMatched, type PolicyCall } from '../policy-rules.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import { has, labelsAt, listAt, type Path, textAt, textsAt } from '../value.ts';
import { governs } from '../workload.ts';

/** Policies that refuse requests: who may call, and with which tokens. */
export const checkPolicies: Check = (mesh) => [
  ...mesh.istio('AuthorizationPolicy').map((resource) => authorization(mesh, resource)),
  ...mesh.istio('RequestAuthentication').map((resource) => authentication(mesh, resource)),
];

function detailsOf({ responseCodeDetails, connectionTerminationDetails }: ShapeView): string {
  return `${responseCodeDetails ?? ''} ${connectionTerminationDetails ?? ''}`;
}

function authorization(mesh: Mesh, resource: Resource): FoundFault {
  const { body } = resource;
  const action = textAt(body, 'spec', 'action') ?? 'ALLOW';
  const rules = listAt(body, 'spec', 'rules').length;
  const deniesAll = action === 'ALLOW' && rules === 0;
  const isSelective =
    Object.keys(labelsAt(body, 'spec', 'selector', 'matchLabels')).length > 0 ||
    has(body, 'spec', 'targetRefs');
  const provider = textAt(body, 'spec', 'provider', 'name');
  const says = deniesAll
    ? 'allows nothing: it has no rules'
    : action === 'CUSTOM'
      ? `asks ${provider ?? 'an external service'} about requests`
      : `has the action ${action} and ${rules} ${rules === 1 ? 'rule' : 'rules'}${describeRule(resource)}`;
  const named = `ns[${resource.namespace}]-policy[${resource.name}]`;
  const path: Path = action === 'ALLOW' ? ['spec', 'rules'] : ['spec', 'action'];
  const base = {
    code: null,
    severity: deniesAll && !isSelective ? ('info' as const) : null,
    says: `${nameOf(resource)} ${says}`,
    places: () => [placeOf(resource, path, says)],
    patch: noPatch,
  };
  if (action === 'CUSTOM') {
    return {
      ...base,
      diagnosisId: 'ext-authz-denied',
      fits: (shape, { writers }) =>
        shape.detailsName === 'ext_authz_denied' && governs(mesh, resource, shape, writers),
    };
  }
  return {
    ...base,
    diagnosisId: 'rbac-denied',
    patch: (lines) => allowCallers(mesh, resource, lines),
    fits: (shape, context) =>
      detailsOf(shape).includes(named) ||
      // No policy matched, so those that allow did not.
      (action === 'ALLOW' &&
        detailsOf(shape).includes('policy[none]') &&
        governs(mesh, resource, shape, context.writers) &&
        !isAllowedNow(mesh, shape, context)),
  };
}

/** The calls of a line, where the resources know the pods of all callers; none where not. */
function callsOf(mesh: Mesh, shape: ShapeView, { writer }: FitContext): readonly PolicyCall[] {
  const pods = writer.callers.map((address) => mesh.pods.at(address));
  const domain = mesh.wide.setting(['trustDomain'])?.value ?? 'cluster.local';
  const calls = pods.flatMap((pod) =>
    pod === null
      ? []
      : [
          {
            principal: `${domain}/ns/${pod.namespace}/sa/${pod.serviceAccount}`,
            namespace: pod.namespace,
            method: shape.method ?? null,
            // Ids are masked in it.
            path: shape.path?.includes('*') === true ? null : (shape.path ?? null),
          },
        ],
  );
  return calls.length === pods.length ? calls : [];
}

/** The policies as they stand let the calls in: they have been changed since those were refused. */
function isAllowedNow(mesh: Mesh, shape: ShapeView, context: FitContext): boolean {
  const calls = callsOf(mesh, shape, context);
  const rules = mesh
    .istio('AuthorizationPolicy')
    .filter(
      (resource) =>
        (textAt(resource.body, 'spec', 'action') ?? 'ALLOW') === 'ALLOW' &&
        governs(mesh, resource, shape, context.writers),
    )
    .flatMap(({ body }) => listAt(body, 'spec', 'rules'));
  return calls.length > 0 && calls.every((call) => rules.some((rule) => isMatched(rule, call)));
}

/** The policy with a rule for the callers that it refused, where it is known who they are. */
function allowCallers(mesh: Mesh, resource: Resource, lines: FaultLines | undefined): MeshPatch | null {
  if (lines === undefined || (textAt(resource.body, 'spec', 'action') ?? 'ALLOW') !== 'ALLOW') return null;
  const calls = callsOf(mesh, lines.shape, lines.context);
  const { method } = lines.shape;
  if (calls.length === 0) return null;
  const principals = [...new Set(calls.map(({ principal }) => principal))].sort();
  const rule = {
    from: [{ source: { principals } }],
    ...(method == null ? {} : { to: [{ operation: { methods: [method] } }] }),
  };
  const path: Path = ['spec', 'rules'];
  return toPatch(resource, `allow ${principals.join(', ')} too, if they may call`, [
    { path, value: [...listAt(resource.body, ...path), rule] },
  ]);
}

/** What the first rule asks for, in the words of the resource. */
function describeRule({ body }: Resource): string {
  const rule: Path = ['spec', 'rules', 0];
  const source: Path = [...rule, 'from', 0, 'source'];
  const operation: Path = [...rule, 'to', 0, 'operation'];
  const parts = [
    ...['principals', 'namespaces', 'ipBlocks', 'remoteIpBlocks', 'requestPrincipals'].map(
      (key) => [key, textsAt(body, ...source, key)] as const,
    ),
    ...['hosts', 'ports', 'methods', 'paths'].map((key) => [key, textsAt(body, ...operation, key)] as const),
  ].filter(([, values]) => values.length > 0);
  return parts.length === 0
    ? ''
    : `: ${parts.map(([key, values]) => `${key} ${values.join(', ')}`).join('; ')}`;
}

function authentication(mesh: Mesh, resource: Resource): FoundFault {
  const issuers = listAt(resource.body, 'spec', 'jwtRules').flatMap((rule) => textAt(rule, 'issuer') ?? []);
  const says = `accepts tokens of ${issuers.length === 0 ? 'no issuer' : issuers.join(', ')} only`;
  return {
    diagnosisId: 'jwt-rejected',
    code: null,
    severity: null,
    says: `${nameOf(resource)} ${says}`,
    places: () => [placeOf(resource, ['spec', 'jwtRules'], says)],
    patch: noPatch,
    fits: (shape, { writers }) =>
      shape.detailsName === 'jwt_authn_access_denied' && governs(mesh, resource, shape, writers),
  };
}
