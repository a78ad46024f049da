import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { logging } from '../behaviours/logging.ts';
import { policy } from '../behaviours/policy.ts';
import { replies } from '../behaviours/replies.ts';
import { reportedBefore } from '../claims/proxy-log.ts';

export const filterConfigMissing = defineDiagnosis({
  id: 'filter-config-missing',
  family: 'policy',
  title: 'Filter configuration has not arrived',
  prior: 'uncommon',
  flags: ['NFCF'],
  reads: ['responseFlags', 'responseCode', 'responseCodeDetails', 'layer', 'upstreamHost', 'bytesSent'],
  applies: (s) =>
    s.responseFlags.includes('NFCF') ||
    (s.layer === 'http' &&
      s.responseCode === 500 &&
      s.responseCodeDetails == null &&
      s.upstreamHost === null),
  cause:
    'A filter of the listener gets its configuration by extension discovery (a WasmPlugin, or an EnvoyFilter with config_discovery), that configuration has not arrived within the warming time, and the proxy answers 500 rather than skip the filter.',
  evidence: [
    {
      for: 'decisive',
      about: 'flags',
      claim: 'the flag NFCF is set: a filter has no configuration',
      restsOn: policy.filterConfigMissing,
      when: (s) => s.responseFlags.includes('NFCF'),
    },
    {
      for: 'weak',
      about: 'details',
      claim: 'the details are empty, as nothing but a missing filter configuration leaves them',
      restsOn: policy.filterConfigMissing,
      when: (s) => s.responseCodeDetails === '',
    },
    {
      for: 'weak',
      about: 'size',
      claim: 'the proxy answered 500 with an empty reply',
      restsOn: policy.filterConfigMissing,
      when: (s) => s.responseCode === 500 && s.bytesSent === 0,
    },
    {
      for: 'moderate',
      about: 'proxyLog',
      claim: "the proxy's own log says that configuration was rejected or not fetched in time",
      restsOn: [policy.filterConfigMissing, logging.proxyTellsItsState],
      group: (g) => reportedBefore('configRejected')(g) ?? reportedBefore('configFetchTimeout')(g),
    },
    {
      against: 'decisive',
      about: 'flags',
      claim: 'another flag than NFCF is set',
      restsOn: replies.reasonIsLogged,
      when: (s) => s.responseFlags.length > 0 && !s.responseFlags.includes('NFCF'),
    },
  ],
  confusedWith: [
    {
      id: 'rate-limit-service-error',
      tellApart: 'The flag: RLSE is a 500 of the rate limit filter, whose configuration is there.',
    },
    {
      id: 'config-rejected-by-proxy',
      tellApart:
        'Does the proxy log name a rejected listener or route? Then requests meet an old configuration (NR, NC), not a missing filter.',
    },
  ],
  confirm: [
    {
      run: 'istioctl proxy-config ecds {pod} -n POD_NAMESPACE',
      expect: 'no entry for the filter that the listener refers to, or one with an error state',
    },
    {
      run: 'kubectl logs {pod} -n POD_NAMESPACE -c istio-proxy',
      expect:
        'lines about a Wasm module that cannot be fetched (image, pull secret, checksum) or an extension configuration that is rejected',
    },
    {
      run: 'kubectl get wasmplugins.extensions.istio.io,envoyfilters.networking.istio.io -A',
      expect: 'the plugin or filter that applies to this workload',
    },
  ],
  fixes: [
    {
      text: 'Make the module fetchable: correct url and sha256, a pull secret in the namespace of the WasmPlugin, a way from the proxy to the registry.',
    },
    {
      text: 'Let requests pass while the module is missing. Wrong where the filter enforces a policy: then nobody is checked.',
      yaml: `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: PLUGIN
  namespace: POD_NAMESPACE
spec:
  selector:
    matchLabels:
      app: APP # a label of the pod whose proxy logs NFCF
  url: oci://REGISTRY/PLUGIN:TAG
  imagePullPolicy: IfNotPresent
  failStrategy: FAIL_OPEN`,
    },
  ],
  versions: 'Since Envoy 1.16. The details are empty: text logs have two blanks in a row there.',
  sources: [
    {
      title: 'Envoy: extension config discovery service',
      url: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/extension',
    },
    {
      title: 'Istio: distributing WebAssembly modules',
      url: 'https://istio.io/latest/docs/tasks/extensibility/wasm-module-distribution/',
    },
  ],
  samples: [
    {
      file: 'one-listener.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway; the filter of one of its two listeners has no configuration',
    },
    {
      file: 'envoy-default-format.log',
      origin: 'captured',
      from: 'Envoy 1.40 as a gateway, default format of Envoy',
    },
    {
      file: 'rejected-extension.log',
      origin: 'composed',
      from: 'the captured lines with the proxy log line of a rejected TypedExtensionConfig (Envoy, gRPC subscription)',
    },
  ],
});
