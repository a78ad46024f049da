import type { MeshFault } from '../../../model/mesh-evidence.ts';
import type { ShapeView } from '../../../model/shape-view.ts';
import { hasFlag } from '../../fault.ts';
import { type DumpCheck, proves } from '../dump-check.ts';
import { fieldList, fieldNumber } from '../field.ts';
import { listenersAt } from '../listeners.ts';
import type { ProxyDump, Rejection } from '../proxy-dump.ts';
import { clustersOf, virtualHostFor } from '../virtual-hosts.ts';
import { routesOf, servesLine } from './routes.ts';

/** Details are the words of Envoy, and may hold whole resources. */
const MOST_DETAILS = 200;

/** Without this configuration the line has no route, no cluster or no chain. */
function explains(rejection: Rejection, dump: ProxyDump, shape: ShapeView): boolean {
  const { kind, name, failed } = rejection;
  switch (kind) {
    case 'RouteConfiguration':
      return (
        hasFlag(shape, 'NR') && servesLine(dump, shape, name) && mayServe(rejection, shape.authority ?? null)
      );
    case 'Listener': {
      const port = fieldNumber(failed, 'address', 'socket_address', 'port_value');
      const isSame =
        port === null
          ? listenersAt(dump, shape).some((item) => item.name === name)
          : port === shape.localPort;
      return hasFlag(shape, 'NR') && isSame;
    }
    case 'Cluster':
      return (
        hasFlag(shape, 'NC') &&
        routesOf(dump, shape).some((route) => clustersOf(route).some(([cluster]) => cluster === name))
      );
    default:
      return false;
  }
}

/** The refused version had a virtual host for the authority, or the dump does not hold it. */
function mayServe({ failed, kind, name, path }: Rejection, authority: string | null): boolean {
  if (authority === null || fieldList(failed, 'virtual_hosts').length === 0) return true;
  return virtualHostFor({ kind, name, path, value: failed }, authority) !== null;
}

function saysOf({ details, time }: Rejection): string {
  const text = details.replace(/\s+/g, ' ').slice(0, MOST_DETAILS);
  return `was refused${time === null ? '' : ` at ${time}`}: ${text}`;
}

/** The proxy refused what would have served the request. */
export const checkRejected: DumpCheck = ({ dump, shape, context }) => {
  if (!hasFlag(shape, 'NR', 'NC')) return [];
  const last = context.time?.last ?? Number.POSITIVE_INFINITY;
  const rejection = dump.rejections.find(
    (item) => explains(item, dump, shape) && !(Date.parse(item.time ?? '') > last),
  );
  if (rejection === undefined) return [];
  const says = saysOf(rejection);
  return proves(
    'config-rejected-by-proxy',
    `${rejection.kind} ${rejection.name} of ${dump.owner.name} ${says}`,
    [dump.placeOf(rejection, ['details'], says)],
    ['no-route-for-authority', 'no-route-for-path', 'cluster-not-found', 'config-propagation-delay'],
  );
};

/** Everything that the proxy refused. */
export function lintRejections(dump: ProxyDump): readonly MeshFault[] {
  return dump.rejections.map((rejection) => {
    const says = saysOf(rejection);
    return {
      diagnosisId: 'config-rejected-by-proxy',
      code: null,
      severity: 'error',
      says: `${rejection.kind} ${rejection.name} of ${dump.owner.name} ${says}`,
      places: [dump.placeOf(rejection, ['details'], says)],
      patch: null,
    };
  });
}
