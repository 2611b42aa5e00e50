import { InvalidEnvironment } from './errors';

/** The environment variables of a function, each asked for by name so that a missing one is named. */
export class Env {
  constructor(private readonly variables: Readonly<Record<string, string | undefined>>) {}

  required(name: string): string {
    return this.optional(name) ?? this.missing(name);
  }

  optional(name: string): string | undefined {
    return this.variables[name] || undefined;
  }

  number(name: string): number {
    const text = this.required(name);
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw new InvalidEnvironment(`environment variable ${name}: ${JSON.stringify(text)} is not a number`);
    return value;
  }

  /** A structure that the stack wrote as JSON; the caller's parser decides whether it is well-formed. */
  json(name: string): unknown {
    const text = this.required(name);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new InvalidEnvironment(`environment variable ${name} is not JSON`, {}, { cause });
    }
  }

  /** The region that the function runs in, which Lambda sets. */
  get region(): string {
    return this.required('AWS_REGION');
  }

  private missing(name: string): never {
    throw new InvalidEnvironment(`environment variable ${name} is not set`, { name });
  }
}
