import { expect, test } from 'vitest';
import { invalidEnvoyHeader } from '../../diagnoses/policy/invalid-envoy-header.ts';
import { PRIOR_BITS, WEIGHT_BITS } from '../../src/model/diagnosis-vocabulary.ts';
import { render } from '../aggregate/log-lines.ts';
import { bitsOf } from './diagnosing.ts';

const REFUSED = { responseCode: '400', upstreamHost: '-', upstreamCluster: '-', upstreamLocalAddress: '-' };
const PRIOR = PRIOR_BITS[invalidEnvoyHeader.prior];

test.for(['direct_response', 'path_normalization_failed', 'missing_host_header'])(
  'a 400 with the details %s is no strict check of headers',
  (responseCodeDetails) => {
    const line = render({ ...REFUSED, responseFlags: '-', responseCodeDetails });
    expect(bitsOf([line], invalidEnvoyHeader)).toBe(PRIOR - WEIGHT_BITS.strong);
  },
);

test('where no details are logged, nothing speaks against the flag', () => {
  const line = render({ ...REFUSED, responseFlags: 'IH' }, 'envoy-text');
  expect(bitsOf([line], invalidEnvoyHeader)).toBe(PRIOR + WEIGHT_BITS.decisive);
});
