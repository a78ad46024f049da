import { chance } from '../../diagnoses/behaviours/chance.ts';
import { connecting } from '../../diagnoses/behaviours/connecting.ts';
import { endpoints } from '../../diagnoses/behaviours/endpoints.ts';
import { http } from '../../diagnoses/behaviours/http.ts';
import { kubernetes } from '../../diagnoses/behaviours/kubernetes.ts';
import { limits } from '../../diagnoses/behaviours/limits.ts';
import { listeners } from '../../diagnoses/behaviours/listeners.ts';
import { logging } from '../../diagnoses/behaviours/logging.ts';
import { mesh } from '../../diagnoses/behaviours/mesh.ts';
import { policy } from '../../diagnoses/behaviours/policy.ts';
import { replies } from '../../diagnoses/behaviours/replies.ts';
import { retries } from '../../diagnoses/behaviours/retries.ts';
import { reuse } from '../../diagnoses/behaviours/reuse.ts';
import { routing } from '../../diagnoses/behaviours/routing.ts';
import { timeouts } from '../../diagnoses/behaviours/timeouts.ts';
import { tls } from '../../diagnoses/behaviours/tls.ts';
import type { Behaviour } from '../../src/model/behaviour.ts';

/** Every file of `diagnoses/behaviours`. */
const THEME_FILES: readonly Readonly<Record<string, Behaviour>>[] = [
  chance,
  connecting,
  endpoints,
  http,
  kubernetes,
  limits,
  listeners,
  logging,
  mesh,
  policy,
  replies,
  retries,
  reuse,
  routing,
  timeouts,
  tls,
];

/** All that a claim may rest on. */
export const behaviours: readonly Behaviour[] = THEME_FILES.flatMap((theme) => Object.values(theme));
