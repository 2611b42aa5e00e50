/** A resource cannot be created from its template. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/**
 * The resolved properties of one template resource.
 *
 * It keeps track of what was read, so that a property which the local cloud does not understand
 * fails the deployment instead of being ignored.
 */
export class TemplateProperties {
  private readonly unread: Set<string>;

  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly path: string,
  ) {
    this.unread = new Set(Object.keys(values));
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new TemplateError(`${this.path}.${name}: expected text, got ${JSON.stringify(value)}`);
  }

  /** A policy or definition that may be written as an object or as text; returned as text. */
  json(name: string): string {
    const value = this.take(name) ?? this.missing(name);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  number(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (Number.isNaN(number)) throw new TemplateError(`${this.path}.${name}: expected a number, got ${JSON.stringify(value)}`);
    return number;
  }

  /** CloudFormation takes `true` and `"true"` alike. */
  flag(name: string): boolean | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : value === true || value === 'true';
  }

  texts(name: string): string[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw new TemplateError(`${this.path}.${name}: expected a list, got ${JSON.stringify(value)}`);
    return value.map(String);
  }

  /** A nested structure with the same care about unread properties. */
  group(name: string): TemplateProperties | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : this.nested(value as Record<string, unknown>, name);
  }

  groups(name: string): TemplateProperties[] {
    const value = (this.take(name) ?? []) as readonly Record<string, unknown>[];
    return value.map((item, index) => this.nested(item, `${name}[${index}]`));
  }

  /** `[{Key, Value}]`, the form of tags in most resource types. */
  tags(name = 'Tags'): { Key: string; Value: string }[] {
    return (this.take(name) ?? []) as { Key: string; Value: string }[];
  }

  /** The value as it stands: for structures that go to the API unchanged and are checked there by the API's model. */
  raw<T>(name: string): T | undefined {
    return this.take(name) as T | undefined;
  }

  /** Everything not read so far, for resources whose properties are the API's own members. */
  rest(): Record<string, unknown> {
    const rest = Object.fromEntries([...this.unread].map((name) => [name, this.values[name]]));
    this.unread.clear();
    return rest;
  }

  /** Properties that nothing depends on here, each for a reason that the caller states in a comment. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.unread.delete(name);
  }

  /** Paths of the properties that nobody read, nested ones included. */
  unreadPaths(): string[] {
    return [...[...this.unread].map((name) => `${this.path}.${name}`), ...this.children.flatMap((child) => child.unreadPaths())];
  }

  private readonly children: TemplateProperties[] = [];

  private nested(value: Record<string, unknown>, name: string): TemplateProperties {
    const child = new TemplateProperties(value, `${this.path}.${name}`);
    this.children.push(child);
    return child;
  }

  private take(name: string): unknown {
    this.unread.delete(name);
    return this.values[name] ?? undefined;
  }

  private missing(name: string): never {
    throw new TemplateError(`${this.path}.${name}: required`);
  }
}
