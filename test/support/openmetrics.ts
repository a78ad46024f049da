const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
const NUMBER = '[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?';
const DESCRIPTOR = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})(\\{(?:${LABEL}(?:,${LABEL})*)?\\})? (${NUMBER})$`);
const END = '# EOF\n';
const TYPES = ['gauge', 'counter', 'info', 'stateset', 'unknown'];

/** What was seen of the text so far. */
interface State {
  /** Keywords and samples of each family, in order. */
  readonly families: Map<string, string[]>;
  readonly series: Set<string>;
  current: string;
}

function checkDescriptor(state: State, keyword: string, family: string, value: string): string[] {
  if (keyword === 'TYPE') {
    const isKnown = state.families.has(family);
    state.families.set(family, [keyword]);
    state.current = family;
    return [...(isKnown ? ['family twice'] : []), ...(TYPES.includes(value) ? [] : ['no type'])];
  }
  const seen = state.families.get(family) ?? [];
  const isOutOfPlace = seen.includes(keyword) || seen.includes('sample');
  seen.push(keyword);
  return [
    ...(family === state.current ? [] : ['not of the family before']),
    ...(isOutOfPlace ? ['out of place'] : []),
    ...(keyword === 'UNIT' && !family.endsWith(`_${value}`) ? ['unit not in the name'] : []),
  ];
}

function checkSample(state: State, name: string, labels: string): string[] {
  const isKnown = state.series.has(name + labels);
  state.series.add(name + labels);
  state.families.get(name)?.push('sample');
  return [
    ...(name === state.current ? [] : ['not of the family before']),
    ...(isKnown ? ['series twice'] : []),
  ];
}

function checkLine(state: State, line: string): string[] {
  const [, keyword, family = '', value = ''] = DESCRIPTOR.exec(line) ?? [];
  if (keyword !== undefined) return checkDescriptor(state, keyword, family, value);
  const [, name, labels = ''] = SAMPLE.exec(line) ?? [];
  return name === undefined ? ['no line of the grammar'] : checkSample(state, name, labels);
}

/**
 * What is wrong with an OpenMetrics text, by the grammar and the rules of the standard for gauges: order of descriptors,
 * families that are not interleaved, units in names, no series twice, an end.
 */
export function openMetricsErrors(text: string): readonly string[] {
  if (!text.endsWith(END)) return ['does not end in # EOF'];
  const state: State = { families: new Map(), series: new Set(), current: '' };
  const lines = text.slice(0, -END.length).split('\n').slice(0, -1);
  return lines.flatMap((line) => checkLine(state, line).map((error) => `${error}: ${line}`));
}
