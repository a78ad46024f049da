import { NOT_IN_FORMAT } from '../model/field.ts';
import { hostEnd, portStart } from './address-span.ts';
import type { LineView } from './line-view.ts';
import * as slot from './slots.ts';

/** The scope in words: the cluster's name, `authority NAME`, `port N`. */
export function spellScope(line: LineView): string {
  const cluster = line.keptTextAt(slot.UPSTREAM_CLUSTER);
  if (typeof cluster === 'string') return cluster;
  const authority = line.keptTextAt(slot.AUTHORITY);
  if (typeof authority === 'string') return `authority ${authority}`;
  const local = line.spans[slot.DOWNSTREAM_LOCAL] ?? NOT_IN_FORMAT;
  if (local < 0) return 'unknown';
  const end = line.spans[slot.DOWNSTREAM_LOCAL + 1] ?? local;
  return `port ${line.decodeKept(portStart(line.bytes, local, end), end)}`;
}

/** Address without its port. */
export function spellHost(line: LineView, at: number): string | null {
  const start = line.spans[at] ?? NOT_IN_FORMAT;
  if (start < 0) return null;
  return line.decodeKept(start, hostEnd(line.bytes, start, line.spans[at + 1] ?? start));
}
