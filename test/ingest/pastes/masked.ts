import { lineOf, type Paste, partly, REFUSED, whole, without } from './paste.ts';

const masked = (line: string): string => line.replaceAll(/\d+\.\d+\.\d+\.\d+/g, 'x.x.x.x');
const MASKED_AGENT = REFUSED.userAgent?.replaceAll(/\d+\.\d+\.\d+\.\d+/g, 'x.x.x.x') ?? '';

/** With values that are nobody else's business taken out. */
export const MASKED: readonly Paste[] = [
  whole('with addresses masked by letters', masked(lineOf(REFUSED)), [
    {
      ...REFUSED,
      userAgent: MASKED_AGENT,
      xForwardedFor: 'x.x.x.x,x.x.x.x',
      upstreamHost: 'x.x.x.x:8080',
      downstreamLocalAddress: 'x.x.x.x:8080',
      downstreamRemoteAddress: 'x.x.x.x:52008',
    },
  ]),
  whole('with addresses masked by stars', lineOf(REFUSED).replaceAll(/\d+\.\d+\.\d+\.\d+:\d+/g, '***'), [
    { ...REFUSED, upstreamHost: '***', downstreamLocalAddress: '***', downstreamRemoteAddress: '***' },
  ]),
  whole(
    'with the cluster masked',
    lineOf(REFUSED).replace('outbound|8080|v2|orders.shop.svc.cluster.local', '<redacted>'),
    [{ ...REFUSED, upstreamCluster: '<redacted>' }],
  ),
  whole('with path and authority masked', lineOf({ ...REFUSED, path: '/***', authority: 'REDACTED' }), [
    { ...REFUSED, path: '/***', authority: 'REDACTED' },
  ]),
  whole('with the path masked by a word', lineOf({ ...REFUSED, path: '<redacted>' }), [
    { ...REFUSED, path: '<redacted>' },
  ]),
  whole('with a request id in brackets', lineOf({ ...REFUSED, requestId: '[REDACTED]' }), [
    { ...REFUSED, requestId: '[REDACTED]' },
  ]),
  whole('with the start time masked', lineOf({ ...REFUSED, startTime: 'REDACTED' }), [
    { ...REFUSED, startTime: 'REDACTED' },
  ]),
  whole(
    'with the start time masked by letters',
    lineOf({ ...REFUSED, startTime: 'xxxx-xx-xxTxx:xx:xx.xxxZ' }),
    [{ ...REFUSED, startTime: 'xxxx-xx-xxTxx:xx:xx.xxxZ' }],
  ),
  partly('with sizes masked', lineOf(REFUSED).replace('181 152 1204', '*** *** 1204'), [
    without(REFUSED, 'bytesReceived', 'bytesSent'),
  ]),
  partly('with a mask of two words', lineOf(REFUSED).replace('10.244.0.16:52008', '<client address>'), [
    { ...REFUSED, downstreamRemoteAddress: '<client address>' },
  ]),
];
