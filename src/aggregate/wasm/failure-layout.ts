// How failing records lie in the memory of the kernel, and in the image in which it hands them over. The kernel and
// src/aggregate/failure-tables.ts, which reads the image, both import this file: it holds constants and nothing else.
// Places are in bytes from the begin of what holds them; in an image, addresses are places from its begin on.

// An image: how many groups there are, and from here on where each of them lies.
export const IMAGE_GROUPS: usize = 8;

// A group of failing records that are alike. What it keeps of several lies in lists.
export const GROUP_KEY: usize = 0;
export const GROUP_REQUESTS: usize = 8;
export const GROUP_FIRST: usize = 16;
export const GROUP_LAST: usize = 24;
export const GROUP_MIN_DURATION: usize = 32;
export const GROUP_MAX_DURATION: usize = 40;
export const GROUP_IS_ROUTED: usize = 48;
export const GROUP_FAILED: usize = 52;
/** Where the name of the scope lies: a cluster, or else an authority or a port. */
export const GROUP_SCOPE: usize = 56;
export const GROUP_LINE_COUNT: usize = 60;
export const GROUP_LINES: usize = 64;
export const GROUP_HISTOGRAM: usize = 112;
/** Whether that name may hold escapes of JSON. */
export const GROUP_IS_JSON: usize = 136;
export const GROUP_SHAPES: usize = 144;
export const GROUP_CALLERS: usize = 176;
export const GROUP_CONNECTIONS: usize = 208;
export const GROUP_SOURCES: usize = 240;
export const GROUP_SAMPLED: usize = 272;
export const GROUP_BYTES: usize = 304;

// A line that is shown of a group.
export const LINE_NUMBER: usize = 0;
export const LINE_INPUT: usize = 8;
/** The line, and the pod that wrote it. */
export const LINE_TEXTS: usize = 12;
export const LINE_BYTES: usize = 16;

// Requests per time bucket.
export const HISTOGRAM_WIDTH: usize = 0;
export const HISTOGRAM_COUNT: usize = 8;
export const HISTOGRAM_CAPACITY: usize = 12;
export const HISTOGRAM_BUCKETS: usize = 16;
export const HISTOGRAM_BYTES: usize = 24;

// A bucket.
export const BUCKET_NUMBER: usize = 0;
export const BUCKET_REQUESTS: usize = 8;
export const BUCKET_BYTES: usize = 16;

// A list of what has the smallest keys.
export const LIST_TOTAL: usize = 0;
export const LIST_LARGEST_KEPT: usize = 8;
export const LIST_COUNT: usize = 16;
export const LIST_CAPACITY: usize = 20;
export const LIST_ENTRIES: usize = 24;
export const LIST_BYTES: usize = 32;

// An entry of a list: its key, three numbers, and where that lies which is kept for it.
export const ENTRY_KEY: usize = 0;
/** Of a shape, a caller, a connection or a source … */
export const ENTRY_REQUESTS: usize = 8;
/** … and of a shape alone. */
export const ENTRY_FIRST: usize = 16;
export const ENTRY_LAST: usize = 24;
/** Of a sample. */
export const SAMPLE_TIME: usize = 8;
export const SAMPLE_DURATION: usize = 16;
/** How long the connection was idle, or which it is, as the mark says. */
export const SAMPLE_IDLE: usize = 24;
export const ENTRY_KEPT: usize = 32;
/** Of a caller whether its text may hold escapes, of a sample see below. */
export const ENTRY_MARK: usize = 36;
export const ENTRY_BYTES: usize = 40;

// Marks of a sample: it names a connection …
export const HAS_CONNECTION: u32 = 1;
/** … of which it is known how long it was idle, or an earlier part of the log may know. */
export const IDLE_KNOWN: u32 = 2;
export const IDLE_OPEN: u32 = 4;

// What is kept: who holds it, its size, and a record or two texts.
export const KEPT_HOLDERS: usize = 0;
export const KEPT_SIZE: usize = 4;

// A record: its fields, two words of 16 bits each, and their texts, whose places count from its begin.
export const RECORD_IS_JSON: usize = 8;
export const RECORD_SPANS: usize = 12;
export const RECORD_FIELDS: usize = 27;
/** Starts that stand for a mark of the table of spans. */
export const RECORD_NOT_IN_FORMAT: u16 = 0xffff;
export const RECORD_LOGGED_ABSENT: u16 = 0xfffe;

// Two texts side by side.
export const TEXTS_FIRST_LENGTH: usize = 8;
export const TEXTS_SECOND_LENGTH: usize = 12;
export const TEXTS_BEGIN: usize = 16;
