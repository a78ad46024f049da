import { expect, test } from 'vitest';
import { ISTIO_TEXT_FORMAT, ISTIO_TEXT_FORMAT_YAML } from '../../src/model/access-log-format.ts';
import { FIELD_OPERATORS } from '../../src/model/field.ts';

/** Not in Istio's default: removed with Mixer, or wanted by few. */
const BEYOND_THE_DEFAULT = ['mixerStatus', 'upstreamRequestAttemptCount', 'grpcStatus'];

test('the format that blind spots recommend logs every field that is read', () => {
  const lacking = Object.entries(FIELD_OPERATORS).filter(
    ([, operator]) => !ISTIO_TEXT_FORMAT.includes(`%${operator}%`),
  );
  expect(lacking.map(([field]) => field)).toEqual(BEYOND_THE_DEFAULT);
});

test('its YAML holds the format on one line, which ends in a newline', () => {
  const lines = ISTIO_TEXT_FORMAT_YAML.split('\n');
  expect(lines.slice(-2)).toEqual(['accessLogFormat: |', `  ${ISTIO_TEXT_FORMAT}`]);
});
