import { defineBehaviours } from '../../src/diagnose/define-behaviours.ts';

export const chance = defineBehaviours('chance', {
  successShowsItWorks: {
    text: 'What serves one request is there, configured and reachable. A fault of configuration fails them all; one of moments, of load or of single requests lets others pass.',
    reasoned: 'the same listener, route, cluster and settings hold for both',
  },
  healthyIsTheRule: {
    text: 'A line without a flag or an error is healthy in nearly all cases. What accuses it has to be out of the ordinary in every point.',
    reasoned: 'of so many healthy lines even a small share of wrong accusations would bury the right ones',
  },
  enoughInARow: {
    text: 'What goes wrong at moments lets requests pass in between. Four or more without a single success are hardly chance.',
    reasoned: 'if half of the requests passed, four in a row would fail once in sixteen times',
  },
  onePath: {
    text: 'Connections carry all paths. Failures that keep to one path, though others are used as well, come from what the application does there.',
    reasoned: 'the weight follows from how unlikely it is that so many failures meet one path by chance',
  },
  oneCaller: {
    text: 'Failures that keep to one caller, though others call as well, come from that caller.',
    reasoned: 'the weight follows from how unlikely it is that so many failures meet one caller by chance',
  },
  oneEndpointDied: {
    text: 'An endpoint that answers nothing from one moment on, while others of its cluster do, is gone or cut off, whatever its failures look like.',
    reasoned: 'what concerns the cluster, the caller or the path would meet the other endpoints too',
  },
  inStep: {
    text: 'Two kinds of lines that come and go together, second by second, are two views of one event.',
    reasoned:
      'independent causes do not keep one rhythm; the judgement asks for many seconds in which both are there and many in which neither is',
  },
  workTakesItsTime: {
    text: 'A failure after the same, odd time is one point in the work on the request; a failure after a second or more means that the request was being worked on.',
    reasoned: 'a connection that breaks by chance breaks after any time',
  },
  burst: {
    text: 'An event (a rollout, a change) has a beginning and an end; a fault of configuration or of code lasts.',
    reasoned: 'the failures of an event lie together, with successes before and after',
  },
});
