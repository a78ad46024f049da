/** True for texts that one of the globs matches as a whole; `*` is any text, `?` any character. */
export function toMatcher(globs: readonly string[]): (text: string | null | undefined) => boolean {
  const patterns = globs.map((glob) => {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${source}$`, 's');
  });
  return (text) => text != null && patterns.some((pattern) => pattern.test(text));
}
