import type { Resource } from './resource.ts';
import { labelsAt, textAt } from './value.ts';

/** A pod, as far as it may have written lines. */
export interface MeshPod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty for a pod in the network of its node, whose address it shares. */
  readonly address: string;
  readonly serviceAccount: string;
}

/** The pods whose resources were given. */
export class MeshPods {
  readonly all: readonly MeshPod[];
  readonly #byAddress: ReadonlyMap<string, MeshPod>;

  constructor(resources: readonly Resource[]) {
    this.all = resources.map(toPod);
    this.#byAddress = new Map(
      this.all.filter((pod) => pod.address !== '').map((pod) => [pod.address, pod] as const),
    );
  }

  at(address: string): MeshPod | null {
    return this.#byAddress.get(address) ?? null;
  }

  /** One of each namespace at most. */
  named(name: string): readonly MeshPod[] {
    return this.all.filter((pod) => pod.name === name);
  }
}

function toPod({ name, namespace, body }: Resource): MeshPod {
  return {
    name,
    namespace,
    labels: labelsAt(body, 'metadata', 'labels'),
    address: textAt(body, 'spec', 'hostNetwork') === 'true' ? '' : (textAt(body, 'status', 'podIP') ?? ''),
    serviceAccount: textAt(body, 'spec', 'serviceAccountName') ?? 'default',
  };
}
