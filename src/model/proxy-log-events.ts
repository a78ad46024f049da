import type { LineSample, ProxyLogEvents } from './aggregate.ts';
import { groupBy } from './group-by.ts';
import { spellSource } from './log-source.ts';
import { joinTimeSpans } from './time-span.ts';

/** Sources whose lines of one kind are told apart: those first in order of their names, however the log is cut. */
const MAX_SOURCES_PER_KIND = 32;
const MAX_SAMPLES = 3;

/** Adds up events of the same kind and source, in order of kind and source. What is over the cap has no source. */
export function addUpEvents(events: readonly ProxyLogEvents[]): readonly ProxyLogEvents[] {
  const kinds = groupBy(events, ({ kind }) => [kind]);
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, ofKind]) => {
      const bySource = groupBy(ofKind, ({ source }) => [source === null ? null : spellSource(source)]);
      const names = [...bySource.keys()].filter((name) => name !== null).sort();
      const over = [...names.slice(MAX_SOURCES_PER_KIND), null].flatMap((name) => bySource.get(name) ?? []);
      const kept = names.slice(0, MAX_SOURCES_PER_KIND).map((name) => joinEvents(bySource.get(name) ?? []));
      return [...kept.flat(), ...joinEvents(over).map((joined) => ({ ...joined, source: null }))];
    });
}

/** One for all; of the same kind. */
export function joinEvents(events: readonly ProxyLogEvents[]): readonly ProxyLogEvents[] {
  const [first, ...others] = events;
  if (first === undefined) return [];
  return [
    {
      ...first,
      lines: events.reduce((sum, { lines }) => sum + lines, 0),
      time: others.reduce((time, next) => joinTimeSpans(time, next.time), first.time),
      samples: events
        .flatMap(({ samples }) => samples)
        .sort(inOrder)
        .slice(0, MAX_SAMPLES),
    },
  ];
}

function inOrder(a: LineSample, b: LineSample): number {
  return a.input - b.input || a.line - b.line;
}
