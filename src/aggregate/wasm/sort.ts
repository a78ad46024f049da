/** Runs so short are sorted by insertion. */
const SHORT: i32 = 16;

/** Sorts the slot addresses at `rows` by the key that each slot begins with. Keys are distinct. */
export function sortByKey(rows: usize, count: i32): void {
  quickSort(rows, 0, count - 1);
}

function keyAt(rows: usize, i: i32): u64 {
  return load<u64>(load<u32>(rows + <usize>i * 4));
}

function quickSort(rows: usize, from: i32, to: i32): void {
  while (to - from > SHORT) {
    // Keys are hashes, so the middle is as good a pivot as any.
    const pivot = keyAt(rows, (from + to) >>> 1);
    let low = from;
    let high = to;
    while (low <= high) {
      while (keyAt(rows, low) < pivot) low++;
      while (keyAt(rows, high) > pivot) high--;
      if (low > high) break;
      swap(rows, low, high);
      low++;
      high--;
    }
    // The shorter side first keeps the stack flat.
    if (high - from < to - low) {
      quickSort(rows, from, high);
      from = low;
    } else {
      quickSort(rows, low, to);
      to = high;
    }
  }
  insertionSort(rows, from, to);
}

function swap(rows: usize, i: i32, k: i32): void {
  const one = load<u32>(rows + <usize>i * 4);
  store<u32>(rows + <usize>i * 4, load<u32>(rows + <usize>k * 4));
  store<u32>(rows + <usize>k * 4, one);
}

function insertionSort(rows: usize, from: i32, to: i32): void {
  for (let i = from + 1; i <= to; i++) {
    const row = load<u32>(rows + <usize>i * 4);
    const key = load<u64>(row);
    let at = i;
    while (at > from && keyAt(rows, at - 1) > key) {
      store<u32>(rows + <usize>at * 4, load<u32>(rows + <usize>(at - 1) * 4));
      at--;
    }
    store<u32>(rows + <usize>at * 4, row);
  }
}
