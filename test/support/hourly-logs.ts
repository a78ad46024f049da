import { linesOfSample } from './samples.ts';

/** A fault that comes and goes; hours may be broken, and the share is that of the lines of its service. */
export interface Incident {
  readonly fault: FaultName;
  readonly from: number;
  readonly to: number;
  readonly share: number;
  /** From this hour on the share is another one. */
  readonly step?: { readonly at: number; readonly share: number };
}

/** Incidents of fourteen days, which begin and end at any minute; what goes on and comes back is one fault. */
export const TWO_WEEKS: readonly Incident[] = [
  { fault: 'timeout', from: 20.4, to: 31, share: 0.1, step: { at: 26, share: 0.4 } },
  { fault: 'unrouted', from: 50, to: 53.5, share: 0.08 },
  { fault: 'plaintext', from: 100.7, to: 107, share: 0.1 },
  { fault: 'refused', from: 150, to: 156, share: 0.03, step: { at: 153.5, share: 0.25 } },
  { fault: 'timeout', from: 200, to: 212, share: 0.1 },
  { fault: 'overflow', from: 201, to: 230, share: 0.08 },
  { fault: 'unrouted', from: 300, to: 310, share: 0.1 },
];

const START_TIME = /^\[[^\]]+\]/;
const HOUR_MS = 3_600_000;
const LINES_PER_HOUR = 260;
/** The night has this share of the traffic of the day. */
const NIGHT = 0.4;

function read(sample: string): readonly string[] {
  return linesOfSample(sample).filter((line) => START_TIME.test(line));
}

const DEMO = read('mixed/demo.log');
const ALL_PODS = read('connection-refused/all-pods.log');
const OVERFLOW = read('circuit-breaker-overflow/pending-overflow.log');

const isHealthy = (line: string): boolean => /" 20\d - via_upstream/.test(line);

/** Real lines of each fault, out of the samples. */
const FAULTS = {
  timeout: DEMO.filter((line) => line.includes(' 504 UT ')),
  unrouted: DEMO.filter((line) => line.includes(' 503 NC ')),
  plaintext: DEMO.filter((line) => line.includes('notify') && line.includes(' 503 ')),
  refused: ALL_PODS.filter((line) => line.includes(' 503 ')),
  overflow: OVERFLOW.filter((line) => line.includes(' 503 ')),
} as const;
type FaultName = keyof typeof FAULTS;

const isOf = (cluster: string) => (line: string) => line.includes(` ${cluster} `);
const clusterOf = (line: string): string => /\boutbound\|\S+/.exec(line)?.[0] ?? '';

/** Healthy lines by service, so that each has its part of the traffic. */
const HEALTHY = [...new Set([...DEMO, ...ALL_PODS, ...OVERFLOW].filter(isHealthy).map(clusterOf))].map(
  (cluster) => [...DEMO, ...ALL_PODS, ...OVERFLOW].filter(isHealthy).filter(isOf(cluster)),
);

/** A number from 0 to 1. */
export type Random = () => number;

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
}

function shareAt({ from, to, share, step }: Incident, hour: number): number {
  if (hour < from || hour >= to) return 0;
  return step !== undefined && hour >= step.at ? step.share : share;
}

/** The access log of one hour: real lines at new times, in order, with the incidents and a little noise in it. */
export function hourlyLog(
  hour: number,
  startMs: number,
  { incidents, noise, random }: { incidents: readonly Incident[]; noise: number; random: Random },
): string {
  const day = (1 - Math.cos((2 * Math.PI * (hour - 4)) / 24)) / 2;
  const count = Math.round(LINES_PER_HOUR * (NIGHT + (1 - NIGHT) * day) * (0.9 + 0.2 * random()));
  const times = Array.from({ length: count }, () => hour + random()).sort((a, b) => a - b);
  const lines = times.map((time) => {
    const incident = incidents.find((item) => random() < shareAt(item, time));
    const isNoise = random() < noise;
    const line = incident
      ? pick(FAULTS[incident.fault], random)
      : pick(isNoise ? FAULTS.timeout : pick(HEALTHY, random), random);
    return line.replace(START_TIME, `[${new Date(startMs + time * HOUR_MS).toISOString()}]`);
  });
  return `${lines.join('\n')}\n`;
}
