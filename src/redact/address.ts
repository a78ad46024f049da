const V4 = String.raw`(?:\d{1,3}\.){3}\d{1,3}`;
const GROUPS = '[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*';
/** Eight groups, or fewer around `::`; a time of day has three groups and no `::`. */
const V6 = `(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:${GROUPS})?::(?:${GROUPS}(?::${V4})?|${V4})?)`;

/** IP addresses in a text, without ports and brackets. */
const ADDRESS = new RegExp(String.raw`(?<![\w.:])${V6}(?![\w:])|(?<![\w.])${V4}(?!\w|\.\d)`, 'gi');

/** Addresses that name no machine: they tell the kinds of traffic apart. */
const NAMES_NOBODY = /^(?:127\.|0\.0\.0\.0$|255\.255\.255\.255$|::1?$)/;

/** The text with its addresses replaced; those that name no machine are left. */
export function replaceAddresses(text: string, replace: (address: string) => string): string {
  return text.replace(ADDRESS, (address) => (NAMES_NOBODY.test(address) ? address : replace(address)));
}

/** The addresses in a text. */
export function addressesIn(text: string): readonly string[] {
  return (text.match(ADDRESS) ?? []).filter((address) => !NAMES_NOBODY.test(address));
}
