import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';
import * as pages from './sources.ts';

export const reuse = defineBehaviours('reuse', {
  connectionEnds: {
    text: 'An upstream connection that ends while a request is on it leaves 503, UC and connection_termination. It had been made: the local address is logged.',
    documented: [pages.ENVOY_FLAGS],
    observed: 'Envoy 1.40: servers that close or reset after reading the request',
  },
  idleRace: {
    text: 'Envoy keeps idle connections for an hour and uses them again. A server with a shorter keep-alive closes them, and a request that is sent in that moment is lost.',
    documented: [
      pages.ENVOY_TIMEOUTS,
      {
        title: 'istio/istio#55138: 503 UC on reused connections',
        url: 'https://github.com/istio/istio/issues/55138',
      },
    ],
    observed: 'Envoy 1.40: a server with a keep-alive of 2 s under light traffic',
  },
  keepAliveIsOneNumber: {
    text: 'The keep-alive limit of a server is one number. Requests that are lost to it come after just that time of idleness, again and again; a crash knows no such interval.',
    reasoned: 'a cause that has nothing to do with idleness would meet one interval by chance only',
  },
  raceIsQuickAndRare: {
    text: 'A request on a connection that is being closed is refused within a round trip or little more, and most requests do not meet that moment: the race is short, rare, and as likely on one path as on another.',
    observed: 'Envoy 1.40: 0 to 66 ms, where the server closes after 2 s of idleness',
    reasoned: 'the server has not read the request, so neither its path nor its work matters',
  },
  busyIsNotIdle: {
    text: 'Servers keep an idle connection for a second or more (Node.js 5 s, gunicorn 2 s unless set). A connection that answered just before was in use, not idle.',
    documented: [
      {
        title: 'Node.js: server.keepAliveTimeout',
        url: 'https://nodejs.org/api/http.html#serverkeepalivetimeout',
      },
    ],
  },
  portNamesConnection: {
    text: 'The local address of the upstream connection, with its port, tells connections apart: the same one in two lines near each other is the same connection, and it had carried an answer before.',
    documented: [pages.ENVOY_OPERATORS],
    reasoned:
      'the kernel picks from some 28 000 ports, so that one is rarely given again for the same host within minutes',
  },
});
