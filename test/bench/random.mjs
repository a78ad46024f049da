// Random numbers that a seed fixes: the same log on every machine.

const TWO_TO_32 = 2 ** 32;
const HEX = Array.from({ length: 65_536 }, (_, n) => n.toString(16).padStart(4, '0'));

/**
 * mulberry32: small, fast and good enough for test data.
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;

  function bits() {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** At least 0 and less than 1. */
  function fraction() {
    return bits() / TWO_TO_32;
  }

  /** @param {number} limit */
  function below(limit) {
    return Math.floor(fraction() * limit);
  }

  /**
   * @template T
   * @param {readonly T[]} list
   */
  function pick(list) {
    return at(list, below(list.length));
  }

  /** @param {number} digits at most 4 */
  function hex(digits) {
    return at(HEX, bits() >>> 16).slice(0, digits);
  }

  /** Version 4, as Envoy makes request ids. */
  function uuid() {
    const [a, b, c, d] = [bits(), bits(), bits(), bits()];
    const version = HEX[(b & 0x0fff) | 0x4000];
    const variant = HEX[(c & 0x3fff) | 0x8000];
    return `${HEX[a >>> 16]}${HEX[a & 0xffff]}-${HEX[b >>> 16]}-${version}-${variant}-${HEX[c >>> 16]}${HEX[d >>> 16]}${HEX[d & 0xffff]}`;
  }

  return { fraction, below, pick, hex, uuid };
}

/**
 * The item at an index that is known to exist.
 * @template T
 * @param {readonly T[]} list
 * @param {number} index
 */
export function at(list, index) {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index} of ${list.length}`);
  return item;
}
