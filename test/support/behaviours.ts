import { connecting } from '../../diagnoses/behaviours/connecting.ts';
import { http } from '../../diagnoses/behaviours/http.ts';
import { limits } from '../../diagnoses/behaviours/limits.ts';
import { policy } from '../../diagnoses/behaviours/policy.ts';
import { replies } from '../../diagnoses/behaviours/replies.ts';
import { routing } from '../../diagnoses/behaviours/routing.ts';
import type { Behaviour } from '../../src/model/behaviour.ts';

/** Every file of `diagnoses/behaviours`. */
const THEME_FILES: readonly Readonly<Record<string, Behaviour>>[] = [
  connecting,
  http,
  limits,
  policy,
  replies,
  routing,
];

/** All that a claim may rest on. */
export const behaviours: readonly Behaviour[] = THEME_FILES.flatMap((theme) => Object.values(theme));
