/** Bytes of all inputs below which starting a thread costs more than it saves. */
export const MIN_PARALLEL_BYTES = 24 * 1024 * 1024;
