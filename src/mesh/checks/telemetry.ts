import { type Check, type FoundFault, noPatch } from '../fault.ts';
import type { Mesh } from '../mesh.ts';
import { nameOf, placeOf, type Resource } from '../resource.ts';
import { at, labelsAt, listAt, type Path, textAt } from '../value.ts';

/** What a Telemetry resource does to the access log. */
interface LogSetting {
  readonly resource: Resource;
  readonly path: Path;
  readonly says: string;
}

/** Whose log it is about. */
function scopeOf(mesh: Mesh, { namespace, body }: Resource): string {
  const labels = Object.entries(labelsAt(body, 'spec', 'selector', 'matchLabels'));
  if (labels.length > 0)
    return `workloads with ${labels.map(([key, value]) => `${key}=${value}`).join(',')} in ${namespace}`;
  return namespace === mesh.wide.rootNamespace ? 'all workloads' : `the workloads of ${namespace}`;
}

function settingsOf(mesh: Mesh): readonly LogSetting[] {
  return mesh.istio('Telemetry').flatMap((resource) =>
    listAt(resource.body, 'spec', 'accessLogging').flatMap((_, i): readonly LogSetting[] => {
      const path: Path = ['spec', 'accessLogging', i];
      const scope = scopeOf(mesh, resource);
      const mode = textAt(resource.body, ...path, 'match', 'mode');
      const sides = mode === 'CLIENT' || mode === 'SERVER' ? ` for calls as ${mode.toLowerCase()}` : '';
      if (textAt(resource.body, ...path, 'disabled') === 'true') {
        return [
          { resource, path: [...path, 'disabled'], says: `turns the access log of ${scope} off${sides}` },
        ];
      }
      const filter = textAt(resource.body, ...path, 'filter', 'expression');
      if (filter === null) return [];
      const says = `lets only lines with ${filter} into the access log of ${scope}${sides}`;
      return [{ resource, path: [...path, 'filter', 'expression'], says }];
    }),
  );
}

/** Access logs that are off or hold a part of the requests: a report on them is not of all requests. */
export const checkTelemetry: Check = (mesh) =>
  settingsOf(mesh).map(
    ({ resource, path, says }): FoundFault => ({
      diagnosisId: null,
      code: null,
      severity: 'info',
      says: `${nameOf(resource)} ${says}`,
      places: () => [placeOf(resource, path, says)],
      patch: noPatch,
      fits: () => false,
    }),
  );

/** The same as notes of a report, and who gets the logs where it is not the proxy's own output. */
export function notesOfTelemetry(mesh: Mesh): readonly string[] {
  const providers = new Map(providersOf(mesh));
  return [
    ...settingsOf(mesh).map(
      ({ resource, says }) => `${nameOf(resource)} ${says}: what is not logged cannot be found.`,
    ),
    ...mesh.istio('Telemetry').flatMap((resource) =>
      listAt(resource.body, 'spec', 'accessLogging')
        .flatMap((item) => listAt(item, 'providers'))
        .flatMap((item) => textAt(item, 'name') ?? [])
        .filter((name) => name !== 'envoy' && providers.has(name) && providers.get(name) !== true)
        .map(
          (name) =>
            `${nameOf(resource)} sends access logs of ${scopeOf(mesh, resource)} to the provider ${name}, which is no file: they are not in the logs of the pods.`,
        ),
    ),
  ];
}

/** Providers of the MeshConfig, and whether each writes a file. */
function providersOf(mesh: Mesh): readonly (readonly [string, boolean])[] {
  return mesh.wide.list('extensionProviders').flatMap((provider) => {
    const name = textAt(provider, 'name');
    return name === null ? [] : [[name, at(provider, ['envoyFileAccessLog']) != null] as const];
  });
}
