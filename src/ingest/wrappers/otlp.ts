import { findJsonMember } from '../../bytes/json.ts';
import { BRACE_OPEN, BRACKET_OPEN } from '../../bytes/number.ts';
import { decodeText, encodeText } from '../../bytes/text.ts';
import type { JsonObject } from './json-value.ts';
import { isJsonObject, parseObject, readMember, toText, writeObject } from './json-value.ts';
import type { Wrapper } from './wrapper.ts';

const ATTRIBUTES = encodeText('attributes');
const BODY = encodeText('body');
const TIMES: readonly string[] = ['start_time', 'startTime', 'timestamp', 'time', '@timestamp'];
const MAX_DEPTH = 8;

/** A record of OpenTelemetry whose attributes, or whose body's pairs, are the fields of the access log. */
export const otlpAttributes: Wrapper = {
  id: 'otlp-attributes',
  title: 'OTLP: log records with the fields in their attributes or in a list of pairs',
  samples: [
    {
      wrapped:
        '{"timeUnixNano":"1795231987287000000","body":{"stringValue":""},"attributes":[{"key":"method","value":{"stringValue":"GET"}},{"key":"response_code","value":{"intValue":"503"}},{"key":"LINE","value":{"boolValue":true}}]}',
      inside: '{"method":"GET","response_code":"503","LINE":true,"start_time":"1795231987287000000"}',
    },
    {
      wrapped:
        '{"time_unix_nano":1,"body":{"kvlistValue":{"values":[{"key":"start_time","value":{"stringValue":"x"}},{"key":"LINE","value":{"arrayValue":{"values":[{"doubleValue":1.5}]}}}]}}}',
      inside: '{"start_time":"x","LINE":[1.5]}',
    },
  ],
  unwrap: ({ bytes, start, end }, inside) => {
    if (bytes[start] !== BRACE_OPEN) return false;
    const hasList = bytes[findJsonMember(bytes, start, end, ATTRIBUTES)] === BRACKET_OPEN;
    const hasBody = bytes[findJsonMember(bytes, start, end, BODY)] === BRACE_OPEN;
    const entry = hasList || hasBody ? parseObject(decodeText(bytes, start, end)) : null;
    const fields = entry === null ? null : fieldsOf(entry);
    if (fields === null) return false;
    writeObject(fields, inside);
    return true;
  },
};

/** Null where there are no pairs. */
function fieldsOf(entry: JsonObject): JsonObject | null {
  const body = entry['body'];
  const pairs = isJsonObject(body) ? readMember(body, 'kvlistValue') : null;
  const fields = {
    ...toObject(isJsonObject(pairs) ? pairs['values'] : null, 0),
    ...toObject(entry['attributes'], 0),
  };
  const names = Object.keys(fields);
  if (names.length === 0) return null;
  const time = readMember(entry, 'timeUnixNano');
  const isTimed = names.some((name) => TIMES.includes(name)) || time === undefined;
  return isTimed ? fields : { ...fields, start_time: toText(time) ?? time };
}

function toObject(pairs: unknown, depth: number): JsonObject {
  if (!Array.isArray(pairs) || depth > MAX_DEPTH) return {};
  const members = pairs.flatMap((pair: unknown): [string, unknown][] => {
    const key = isJsonObject(pair) ? toText(pair['key']) : null;
    return key === null || !isJsonObject(pair) ? [] : [[key, toValue(pair['value'], depth + 1)]];
  });
  return Object.fromEntries(members);
}

/** Integers of 64 bits are texts in OTLP. */
function toValue(value: unknown, depth: number): unknown {
  if (!isJsonObject(value)) return value;
  const pairs = readMember(value, 'kvlistValue');
  if (isJsonObject(pairs)) return toObject(pairs['values'], depth);
  const list = readMember(value, 'arrayValue');
  if (isJsonObject(list) && Array.isArray(list['values']) && depth < MAX_DEPTH)
    return list['values'].map((element: unknown) => toValue(element, depth + 1));
  const [only] = ['stringValue', 'intValue', 'doubleValue', 'boolValue'].flatMap(
    (name) => readMember(value, name) ?? [],
  );
  return only ?? null;
}
