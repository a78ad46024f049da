import { REFUSING } from '../../checks/filters.ts';
import type { Path } from '../../value.ts';
import { type DumpCheck, proves } from '../dump-check.ts';
import { fieldEntries, fieldList, fieldText } from '../field.ts';
import { chainsFor, inboundListener, listenersAt, managersOf } from '../listeners.ts';
import type { DumpItem } from '../proxy-dump.ts';

interface Filter {
  readonly listener: DumpItem;
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
  readonly path: Path;
}

/** HTTP filters of the chains that serve a line, in order. */
function filtersOf(listeners: readonly DumpItem[], serverName: string | null | undefined): readonly Filter[] {
  return listeners.flatMap((listener) =>
    chainsFor(listener, serverName).flatMap((chain) =>
      managersOf(chain).flatMap(({ value, path }) =>
        fieldList(value, 'http_filters').map((filter, i) => ({
          listener,
          name: fieldText(filter, 'name') ?? '',
          type: `${fieldText(filter, 'typed_config', '@type') ?? ''} ${fieldText(filter, 'typed_config', 'type_url') ?? ''}`,
          value: filter,
          path: [...path, 'http_filters', i],
        })),
      ),
    ),
  );
}

/** The filter of the chain that refused the requests. */
export const checkFilters: DumpCheck = ({ dump, shape }) => {
  const wanted = REFUSING.filter(({ diagnosisId, fits }) => diagnosisId !== 'fault-injection' && fits(shape));
  const inbound = inboundListener(dump);
  const named = /matched_policy\[([^\]]+\]-policy\[[^\]]+\][^\]]*)\]/.exec(
    `${shape.responseCodeDetails ?? ''} ${shape.connectionTerminationDetails ?? ''}`,
  )?.[1];
  if (wanted.length === 0 && named === undefined) return [];
  const at = listenersAt(dump, shape);
  const filters = filtersOf(at.length > 0 || inbound === null ? at : [inbound], shape.requestedServerName);
  const refusing = wanted.flatMap(({ name, what, diagnosisId }) => {
    const found = filters.find((filter) => name.test(`${filter.name} ${filter.type}`));
    if (found === undefined) return [];
    return proves(diagnosisId, `The filter ${found.name} of ${dump.owner.name} ${what}`, [
      dump.placeOf(found.listener, found.path, `${found.name} ${what}`),
    ]);
  });
  return [...refusing, ...(named === undefined ? [] : policies(filters, named, dump))];
};

/** The policy that a refusal names, in the filter that holds it. */
function policies(
  filters: readonly Filter[],
  named: string,
  dump: Parameters<DumpCheck>[0]['dump'],
): ReturnType<DumpCheck> {
  const rules: Path = ['typed_config', 'rules', 'policies'];
  for (const filter of filters) {
    const policy = fieldEntries(filter.value, ...rules).find(([key]) => key === named);
    if (policy === undefined) continue;
    const says = `holds the policy ${named}`;
    return proves('rbac-denied', `The filter ${filter.name} of ${dump.owner.name} ${says}`, [
      dump.placeOf(filter.listener, [...filter.path, ...rules, named], says),
    ]);
  }
  return [];
}
