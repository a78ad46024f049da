import { ansiColours } from './ansi-colours.ts';
import { anyPrefix, anyPrefixOfJson } from './any-prefix.ts';
import { cri } from './cri.ts';
import { csv, csvBesideLabels } from './csv.ts';
import { csvDoubledQuotes } from './csv-doubled-quotes.ts';
import { dockerCompose } from './docker-compose.ts';
import { dockerJson } from './docker-json.ts';
import { envoyAls } from './envoy-als.ts';
import { escapedQuotes } from './escaped-quotes.ts';
import { htmlEntities } from './html-entities.ts';
import { jsonLongest } from './json-longest.ts';
import { jsonMessage, jsonProducts } from './json-products.ts';
import { kubectlPrefix } from './kubectl-prefix.ts';
import { logcli } from './logcli.ts';
import { markup } from './markup.ts';
import { otlpAttributes } from './otlp.ts';
import { quotedMessage } from './quoted-message.ts';
import { stamp } from './stamp.ts';
import { stern } from './stern.ts';
import { syslog } from './syslog.ts';
import { typography } from './typography.ts';
import type { Wrapper } from './wrapper.ts';
import { yamlText } from './yaml-text.ts';

/** Every wrapper, the more special before the more general: a line is opened by the first that leads to a record. */
export const wrappers: readonly Wrapper[] = [
  ansiColours,
  kubectlPrefix,
  cri,
  syslog,
  logcli,
  stern,
  dockerCompose,
  stamp,
  envoyAls,
  ...jsonProducts,
  dockerJson,
  otlpAttributes,
  jsonMessage,
  jsonLongest,
  yamlText,
  csv,
  ...csvBesideLabels,
  csvDoubledQuotes,
  quotedMessage,
  htmlEntities,
  escapedQuotes,
  markup,
  typography,
  anyPrefix,
  anyPrefixOfJson,
];
