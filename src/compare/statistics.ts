const MOST_STEPS = 300;
const PRECISION = 1e-12;
const TINY = 1e-300;

/** Coefficients of Lanczos for g = 7, as published. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

function logGamma(x: number): number {
  const base = x + 6.5;
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (x + i - 1)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The continued fraction of the incomplete beta function, by the method of Lentz. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m <= MOST_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      product *= c * d;
    }
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return product;
}

/** The regularised incomplete beta function I_x(a, b). */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/**
 * Chance of at least `hits` of `hits + others` events falling into one of two periods by luck alone, when it holds
 * `share` of the traffic. Counts need not be whole: events in clumps are worth fewer than they number.
 */
export function chanceOfAtLeast(hits: number, others: number, share: number): number {
  return hits <= 0 ? 1 : regularizedBeta(share, hits, others + 1);
}

/**
 * Chance of no failure among `others` requests, after `failed` of `traffic` failed: what a rate that is known from so
 * much traffic, and no better, foretells (Jeffreys' prior).
 */
export function chanceOfNone(failed: number, traffic: number, others: number): number {
  const sound = traffic - failed + 0.5;
  return Math.exp(
    logGamma(sound + others) - logGamma(sound) + logGamma(traffic + 1) - logGamma(traffic + 1 + others),
  );
}

/** How much more than by chance counts of equal periods scatter: variance by mean, 1 for independent events. */
export function dispersionOf(counts: readonly number[]): number {
  if (counts.length < 2) return 1;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  if (mean === 0) return 1;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return Math.max(1, squares / (counts.length - 1) / mean);
}

/** The same for periods of unequal traffic. */
export function dispersionOfRates(
  periods: readonly { readonly requests: number; readonly traffic: number }[],
): number {
  const used = periods.filter(({ traffic }) => traffic > 0);
  const requests = used.reduce((sum, period) => sum + period.requests, 0);
  const traffic = used.reduce((sum, period) => sum + period.traffic, 0);
  if (used.length < 3 || requests === 0) return 1;
  const chiSquare = used.reduce((sum, period) => {
    const expected = (requests * period.traffic) / traffic;
    return sum + (period.requests - expected) ** 2 / expected;
  }, 0);
  return Math.max(1, chiSquare / (used.length - 1));
}
