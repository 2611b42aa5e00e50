const MOST = 100;

/** The first of many lines, and how many more there are: state machines carry 256 KB, and a warehouse can have thousands of tables. */
export function someOf(lines: readonly string[]): readonly string[] {
  return lines.length > MOST ? [...lines.slice(0, MOST), `${lines.length - MOST} more`] : lines;
}
