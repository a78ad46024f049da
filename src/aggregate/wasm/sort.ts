/** Runs so short are sorted by insertion. */
const SHORT: i32 = 16;

/** Sorts the addresses at `rows`; `comesBefore` tells whether what is at one of them comes before what is at another. */
export function sortAddresses(
  rows: usize,
  count: i32,
  comesBefore: (one: usize, other: usize) => bool,
): void {
  quickSort(rows, 0, count - 1, comesBefore);
}

function rowAt(rows: usize, i: i32): usize {
  return <usize>load<u32>(rows + <usize>i * 4);
}

function quickSort(
  rows: usize,
  first: i32,
  last: i32,
  comesBefore: (one: usize, other: usize) => bool,
): void {
  let from = first;
  let to = last;
  while (to - from > SHORT) {
    // Rows begin with hashes, so the middle is as good a pivot as any.
    const pivot = rowAt(rows, (from + to) >>> 1);
    let low = from;
    let high = to;
    while (low <= high) {
      while (comesBefore(rowAt(rows, low), pivot)) low++;
      while (comesBefore(pivot, rowAt(rows, high))) high--;
      if (low > high) break;
      swap(rows, low, high);
      low++;
      high--;
    }
    // The shorter side first keeps the stack flat.
    if (high - from < to - low) {
      quickSort(rows, from, high, comesBefore);
      from = low;
    } else {
      quickSort(rows, low, to, comesBefore);
      to = high;
    }
  }
  insertionSort(rows, from, to, comesBefore);
}

function swap(rows: usize, i: i32, k: i32): void {
  const one = load<u32>(rows + <usize>i * 4);
  store<u32>(rows + <usize>i * 4, load<u32>(rows + <usize>k * 4));
  store<u32>(rows + <usize>k * 4, one);
}

function insertionSort(
  rows: usize,
  from: i32,
  to: i32,
  comesBefore: (one: usize, other: usize) => bool,
): void {
  for (let i = from + 1; i <= to; i++) {
    const row = rowAt(rows, i);
    let at = i;
    while (at > from && comesBefore(row, rowAt(rows, at - 1))) {
      store<u32>(rows + <usize>at * 4, load<u32>(rows + <usize>(at - 1) * 4));
      at--;
    }
    store<u32>(rows + <usize>at * 4, <u32>row);
  }
}

/** The key that `n` others come before in order; moves the keys about. */
export function selectKey(keys: usize, count: i32, n: i32): u64 {
  let from = 0;
  let to = count - 1;
  while (from < to) {
    const middle = partKeys(keys, from, to);
    if (n <= middle) to = middle;
    else from = middle + 1;
  }
  return keyAt(keys, n);
}

/** Moves the keys so that none up to the returned place is larger than any behind it. */
function partKeys(keys: usize, from: i32, to: i32): i32 {
  const pivot = keyAt(keys, (from + to) >>> 1);
  let low = from;
  let high = to;
  while (true) {
    while (keyAt(keys, low) < pivot) low++;
    while (pivot < keyAt(keys, high)) high--;
    if (low >= high) return high;
    const one = keyAt(keys, low);
    store<u64>(keys + <usize>low * 8, keyAt(keys, high));
    store<u64>(keys + <usize>high * 8, one);
    low++;
    high--;
  }
}

function keyAt(keys: usize, i: i32): u64 {
  return load<u64>(keys + <usize>i * 8);
}
