import { defineDiagnosis } from '../../src/diagnose/define.ts';
import { http } from '../behaviours/http.ts';
import { mesh } from '../behaviours/mesh.ts';

export const serviceRequirementsNotMet = defineDiagnosis({
  id: 'service-requirements-not-met',
  family: 'routing',
  title:
    'Routing rules have no effect because the Service does not meet the requirements (port name, labels)',
  prior: 'rare',
  flags: [],
  quiet: true,
  reads: ['clusterDirection', 'layer'],
  applies: (s) => s.clusterDirection === 'outbound',
  cause:
    'The port of {host} is named as TCP, or so that the proxy cannot tell its protocol, and its requests are passed on as bytes. Rules on paths, headers, retries and timeouts are for HTTP and never meet them. Every request succeeds.',
  evidence: [
    {
      for: 'strong',
      about: 'protocol',
      claim: 'the calling proxy logs TCP connections to endpoints for which other lines name HTTP paths',
      restsOn: mesh.portTakenForTcp,
      group: (g, s) => (g.quiet === null ? null : s.layer === 'tcp' && g.quiet.servesHttp),
    },
    {
      against: 'decisive',
      about: 'protocol',
      claim: 'the calling proxy logs HTTP requests to this cluster: it knows the protocol',
      restsOn: http.protocolFromPort,
      when: (s) => s.layer === 'http',
    },
  ],
  confusedWith: [
    {
      id: 'gateway-ignores-mesh-route-rules',
      tellApart:
        'Do the lines name a method and a path? Then the Service is fine, and the rule is bound elsewhere.',
    },
    {
      id: 'protocol-mismatch',
      tellApart:
        'Do requests fail with UPE or DPE? Then the protocol is taken for a wrong one, not for none.',
    },
  ],
  confirm: [
    {
      run: 'kubectl get service {service} -n {namespace} -o yaml',
      expect:
        'a port {port} without appProtocol whose name is not http, http2 or grpc, alone or with a suffix (http-web); https stands for TLS that is passed on',
    },
    {
      run: 'istioctl analyze -n {namespace}',
      expect: 'IST0118 (PortNameIsNotUnderNamingConvention) for that Service',
    },
  ],
  fixes: [
    {
      text: 'Say that the port is HTTP. Wrong if the service speaks another protocol, or one in which the server talks first.',
      yaml: `apiVersion: v1
kind: Service
metadata:
  name: {service}
  namespace: {namespace}
spec:
  ports:
    - name: http-{port}
      port: {port}
      appProtocol: http`,
    },
    {
      text: 'Subsets need labels on the pods, too: give them `app` and `version`.',
    },
  ],
  versions:
    'All; since Istio 1.3 (outbound) and 1.4 (inbound) a port with a name that says nothing is read as HTTP where its first bytes are HTTP',
  sources: [
    {
      title: 'Istio: protocol selection',
      url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
    },
    {
      title: 'Istio: application requirements',
      url: 'https://istio.io/latest/docs/ops/deployment/application-requirements/',
    },
  ],
  samples: [
    {
      file: 'caller-tcp-server-http.log',
      origin: 'composed',
      from: 'causes.json service-port-naming: the caller logs TCP, the server of the same endpoint HTTP',
    },
  ],
});
