/** What a pattern found in a log line. */
interface FilterMatch {
  /** The value at a selector such as `$.latency` or `$status`; nothing where the line has none. */
  readonly select: (selector: string) => unknown;
}

/** Decides about a log line; returns nothing when it does not match. */
export type LineFilter = (line: string) => FilterMatch | undefined;
