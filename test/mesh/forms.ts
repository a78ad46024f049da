import { dump, loadAll } from 'js-yaml';

/** A folder of mesh configuration: text by file name. */
export type MeshFolder = Readonly<Record<string, string>>;

type Body = Record<string, unknown>;

function parse(yaml: string): readonly Body[] {
  return loadAll(yaml).filter((body): body is Body => typeof body === 'object' && body !== null);
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}

/** What a cluster adds to a resource that it returns. */
function asStored(body: Body, i: number): Body {
  const metadata = isBody(body['metadata']) ? body['metadata'] : {};
  return {
    ...body,
    metadata: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(body),
      },
      creationTimestamp: `2026-01-0${(i % 9) + 1}T08:00:00Z`,
      generation: 2,
      ...metadata,
      managedFields: [
        {
          apiVersion: body['apiVersion'],
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { '.': {}, 'f:hosts': {}, 'f:tls': { 'f:mode': {} } } },
          manager: 'kubectl-client-side-apply',
          operation: 'Update',
        },
      ],
      resourceVersion: String(1000 + i),
      uid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    },
    status: body['status'] ?? {},
  };
}

function commented(yaml: string): string {
  return yaml
    .split('\n')
    .map((line, i) => (i % 3 === 0 && line !== '' && !line.startsWith('---') ? `${line} # note ${i}` : line))
    .join('\n');
}

/** Ways in which the same resources are kept. Each gives the same verdict. */
export const FORMS: Readonly<Record<string, (yaml: string) => MeshFolder>> = {
  'a file per resource, in folders': (yaml) =>
    Object.fromEntries(
      parse(yaml).map((body, i) => [`ns-${i}/${String(body['kind']).toLowerCase()}.yaml`, dump(body)]),
    ),
  'a list of kubectl': (yaml) => ({
    'all.yaml': dump({ apiVersion: 'v1', items: parse(yaml).map(asStored), kind: 'List', metadata: {} }),
  }),
  'a list of kubectl whose items stand in a column': (yaml) => ({
    'all.yaml': dump(
      { apiVersion: 'v1', items: parse(yaml).map(asStored), kind: 'List' },
      { noArrayIndent: true },
    ),
  }),
  'JSON of kubectl': (yaml) => ({
    'all.json': JSON.stringify({ apiVersion: 'v1', items: parse(yaml).map(asStored), kind: 'List' }, null, 4),
  }),
  'JSON without line ends': (yaml) => ({
    'all.json': JSON.stringify({ kind: 'List', apiVersion: 'v1', items: parse(yaml) }),
  }),
  'documents of JSON in YAML': (yaml) => ({
    'all.yml': parse(yaml)
      .map((body) => `---\n${JSON.stringify(body, null, 2)}\n`)
      .join(''),
  }),
  'with comments and line ends of Windows': (yaml) => ({
    'mesh.yaml': `# ours\n${commented(yaml)}`.replaceAll('\n', '\r\n'),
  }),
  'one list per kind, as a bug report has it': (yaml) => {
    const kinds = new Map<string, Body[]>();
    for (const body of parse(yaml)) {
      const kind = String(body['kind']);
      kinds.set(kind, [...(kinds.get(kind) ?? []), body]);
    }
    return Object.fromEntries(
      [...kinds].map(([kind, items]) => [
        `cluster/${kind}.yaml`,
        dump({ apiVersion: items[0]?.['apiVersion'], kind: `${kind}List`, items: items.map(asStored) }),
      ]),
    );
  },
  'among resources of others': (yaml) => ({
    'mesh.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: other}\ndata: {mesh: "a: b"}\n---\n${yaml}\n---\napiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: other}\n---\n`,
    'notes.yaml': '# nothing here\n',
    'values.yaml': 'replicas: 2\n',
  }),
};
