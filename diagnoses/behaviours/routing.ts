import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import { ENVOY_DETAILS, ENVOY_FLAGS, ENVOY_ROUTER_CODE } from './sources.ts';

export const routing = defineBehaviours('routing', {
  noRoute: {
    text: 'A request that no route of the virtual host matches, or that no virtual host takes, is answered with 404, the flag NR and the details route_not_found; the log says not which of the two it was.',
    documented: [ENVOY_ROUTER_CODE, ENVOY_FLAGS, ENVOY_DETAILS],
    observed: 'Envoy 1.40, an authority and a path without a route',
  },
  virtualHostThenRoute: {
    text: 'Envoy first chooses a virtual host by the authority, then the first of its routes that matches path, method and headers.',
    documented: [
      {
        title: 'Envoy: HTTP routing',
        url: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_routing',
      },
    ],
  },
});
