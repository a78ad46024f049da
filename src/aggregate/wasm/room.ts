// Room that is made once it is needed; 0 stands for none.

/** Room of `size` bytes that begins with what lies in smaller room, which it takes the place of. */
export function enlarge(room: usize, size: usize): usize {
  return room === 0 ? heap.alloc(size) : heap.realloc(room, size);
}

export function freeRoom(room: usize): void {
  if (room !== 0) heap.free(room);
}
