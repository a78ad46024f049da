import { expect, test } from 'vitest';
import { analyseText } from '../support/analyse.ts';

const REFUSED =
  '[2026-11-21T03:44:04.121Z] "GET /v1/status HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} - "delayed_connect_error:_Connection_refused" 0 98 0 - "-" "curl/8.5.0" "7e57ffff-0000-4000-8000-000000000001" "api.weather.example.com" "192.0.2.15:80" PassthroughCluster - 192.0.2.15:80 10.244.1.10:47925 - allow_any';

test('an outside address that refuses may be one that its host has left', async () => {
  const { findings } = await analyseText(`${REFUSED}\n`);
  expect(findings[0]?.diagnosis.id).toBe('connection-refused');
  const [other] = findings[0]?.alternatives ?? [];
  expect(other).toMatchObject({
    id: 'external-address-changed',
    tellApart: expect.stringContaining('a look-up of it'),
  });
  expect(other?.confidence).toBeGreaterThan(0.005);
});
