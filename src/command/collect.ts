import { UserError } from '../model/user-error.ts';
import type { Terminal } from './terminal.ts';
import { writeAll } from './terminal.ts';

/** What the checks of the mesh configuration look at. */
const RESOURCES = [
  'namespaces',
  'services',
  'endpointslices.discovery.k8s.io',
  'pods',
  'serviceentries.networking.istio.io',
  'workloadentries.networking.istio.io',
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  'gateways.networking.istio.io',
  'sidecars.networking.istio.io',
  'envoyfilters.networking.istio.io',
  'peerauthentications.security.istio.io',
  'authorizationpolicies.security.istio.io',
  'requestauthentications.security.istio.io',
  'telemetries.telemetry.istio.io',
];

/** The Gateway API, which a cluster may not have: then kubectl refuses all kinds of one command. */
const GATEWAY_API = ['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes', 'referencegrants'].map(
  (kind) => `${kind}.gateway.networking.k8s.io`,
);

/** Secrets as documents of their own, with their certificates and without anything that is secret. */
const SECRETS_WITHOUT_KEYS = [
  '{{range .items}}---{{"\\n"}}apiVersion: v1{{"\\n"}}kind: Secret{{"\\n"}}',
  'metadata: {name: "{{.metadata.name}}", namespace: "{{.metadata.namespace}}"}{{"\\n"}}type: "{{.type}}"{{"\\n"}}',
  '{{with .data}}{{$data := .}}{{with index $data "tls.crt"}}data: {tls.crt: "{{.}}", tls.key: "bm90IHJlYWQ="',
  '{{with index $data "ca.crt"}}, ca.crt: "{{.}}"{{end}}}{{"\\n"}}{{end}}{{end}}{{end}}',
].join('');

/** A name of a namespace; anything else could mean something to a shell. */
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Prints the commands that gather what a diagnosis with certainty needs. Runs none of them.
 *
 * @throws UserError when the namespace can be none.
 */
export async function runCollect(namespace: string, terminal: Terminal): Promise<number> {
  if (!NAMESPACE.test(namespace)) {
    throw new UserError({
      code: 'BAD_OPTION',
      message: `${JSON.stringify(namespace)} is no name of a namespace`,
      hint: 'Give one as `kubectl get namespaces` lists it.',
    });
  }
  await writeAll(terminal.stdout, describeCollection(namespace));
  return 0;
}

function describeCollection(namespace: string): string {
  return `# Logs of the proxies of ${namespace} and of the ingress gateway, one file each.
mkdir -p logs mesh
for pod in $(kubectl get pods -n ${namespace} -o name); do
  kubectl logs -n ${namespace} "$pod" -c istio-proxy --since=1h > "logs/${namespace}-$(basename "$pod").log" || true
done
for pod in $(kubectl get pods -n istio-system -l istio=ingressgateway -o name); do
  kubectl logs -n istio-system "$pod" --since=1h > "logs/$(basename "$pod").log"
done

# The configuration of the mesh: all namespaces, since routes and policies reach across them.
kubectl get ${RESOURCES.join(',')} -A -o yaml > mesh/resources.yaml
for kind in ${GATEWAY_API.join(' ')}; do
  kubectl get "$kind" -A -o yaml > "mesh/$kind.yaml" || rm "mesh/$kind.yaml"
done
kubectl get configmap istio -n istio-system -o yaml > mesh/mesh-config.yaml

# Of Secrets the names and the certificates, never the keys.
kubectl get secrets -A -o go-template='${SECRETS_WITHOUT_KEYS}' > mesh/secrets.yaml || rm mesh/secrets.yaml

# What the proxies run with; their keys are not in it.
for pod in $(kubectl get pods -n ${namespace} -o name); do
  name=$(basename "$pod")
  mkdir -p "mesh/$name"
  for page in 'config_dump?include_eds' 'clusters?format=json'; do
    file="mesh/$name/$(echo "$page" | cut -d '?' -f 1).json"
    kubectl exec -n ${namespace} "$pod" -c istio-proxy -- pilot-agent request GET "$page" > "$file" || rm "$file"
  done
done

# Then:
faultline --mesh-config mesh logs
faultline lint mesh
`;
}
