export type ContextValue = string | number | boolean | readonly string[];

interface Entry {
  readonly name: string;
  readonly values: readonly string[];
  readonly multivalued: boolean;
}

/** What a request says about itself, by condition key. Names of keys are not case-sensitive; a list without members is as good as absent. */
export class RequestContext {
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor(keys: Readonly<Record<string, ContextValue>>) {
    this.entries = new Map(
      Object.entries(keys)
        .map(([name, value]) => ({ name, values: [value].flat().map(String), multivalued: Array.isArray(value) }))
        .filter(({ values }) => values.length > 0)
        .map((entry) => [entry.name.toLowerCase(), entry]),
    );
  }

  /** The values of a key, or nothing when the request does not have it. */
  valuesOf(key: string): readonly string[] | undefined {
    return this.entries.get(key.toLowerCase())?.values;
  }

  /**
   * The value that a policy variable stands for: multivalued keys have none.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-using-variables
   */
  variable(key: string): string | undefined {
    const entry = this.entries.get(key.toLowerCase());
    return entry?.multivalued ? undefined : entry?.values[0];
  }

  /** The values of all keys that begin with the prefix, by the lower-case rest of the name. */
  startingWith(prefix: string): ReadonlyMap<string, string> {
    const lower = prefix.toLowerCase();
    return new Map(
      [...this.entries].filter(([name]) => name.startsWith(lower)).map(([name, { values }]) => [name.slice(lower.length), values.join(',')]),
    );
  }
}
