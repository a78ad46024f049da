import { encodeText } from '../../bytes/text.ts';
import type { Layer } from './layer.ts';

/** An object out of JSON, of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a text is, or null. For forms that cannot be read where they stand: it makes objects. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Points `inside` at the object as JSON. */
export function writeObject(object: JsonObject, inside: Layer): void {
  const record = encodeText(JSON.stringify(object));
  inside.reserve(record.length).set(record);
  inside.setWritten(record.length);
}

/** A member under its name in camelCase, or the same in snake_case. */
export function readMember(object: JsonObject, name: string): unknown {
  return object[name] ?? object[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/** A text that is there; messages leave out what is empty. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
