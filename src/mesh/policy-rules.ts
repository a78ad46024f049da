import { has, listAt, textsAt, type Value } from './value.ts';

/** A call as rules of an AuthorizationPolicy see it. */
export interface PolicyCall {
  /** `cluster.local/ns/shop/sa/web`. */
  readonly principal: string;
  readonly namespace: string;
  readonly method: string | null;
  readonly path: string | null;
}

/** `*` at one end, or alone. */
function isLike(pattern: string, text: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}

/** True when a part asks for nothing but the given keys, and all that it asks for is met. */
function isMet(part: Value, known: Readonly<Record<string, string | null>>): boolean {
  if (typeof part !== 'object' || part === null) return false;
  return Object.keys(part).every((key) => {
    const value = known[key];
    return value != null && textsAt(part, key).some((pattern) => isLike(pattern, value));
  });
}

/** True when a rule is sure to match the call; what a log does not show is met by no rule. */
export function isMatched(rule: Value, { principal, namespace, method, path }: PolicyCall): boolean {
  const from = listAt(rule, 'from');
  const to = listAt(rule, 'to');
  const isFrom = from.some((item) =>
    listOfOne(item, 'source').some((source) =>
      isMet(source, { principals: principal, namespaces: namespace }),
    ),
  );
  const isTo = to.some((item) =>
    listOfOne(item, 'operation').some((operation) => isMet(operation, { methods: method, paths: path })),
  );
  return !has(rule, 'when', 0) && (from.length === 0 || isFrom) && (to.length === 0 || isTo);
}

function listOfOne(item: Value, key: string): readonly Value[] {
  const found: Value = typeof item === 'object' && item !== null ? Reflect.get(item, key) : undefined;
  return found === undefined ? [] : [found];
}
