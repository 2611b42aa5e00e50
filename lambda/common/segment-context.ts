import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Where the X-Ray SDK keeps the current segment, in place of its `cls-hooked`, whose hooks run at each promise of a function:
 * a sixth of all that a function computes. `bin/bundle.cjs` puts this module in its place, with the part of it that the SDK uses.
 */

type Context = Record<string, unknown>;

class Namespace {
  private readonly storage = new AsyncLocalStorage<Context>();
  /** That of everything outside of `run`: the SDK enters it once, for an environment of Lambda serves one invocation at a time. */
  private outermost: Context | undefined;

  private get active(): Context | undefined {
    return this.storage.getStore() ?? this.outermost;
  }

  /** A context that has what the present one has, until it is set anew. */
  createContext(): Context {
    return { ...this.active };
  }

  enter(context: Context): void {
    this.outermost = context;
  }

  get(key: string): unknown {
    return this.active?.[key];
  }

  /** @throws Error when there is no context */
  set(key: string, value: unknown): unknown {
    if (!this.active) throw new Error(`there is no context to keep ${key} in: enter one, or run in one`);
    this.active[key] = value;
    return value;
  }

  /** What is set in `work`, and in whatever follows from it, is unknown outside. */
  run(work: (context: Context) => void): Context {
    const context = this.createContext();
    this.storage.run(context, work, context);
    return context;
  }
}

const namespaces = new Map<string, Namespace>();

export function createNamespace(name: string): Namespace {
  const namespace = new Namespace();
  namespaces.set(name, namespace);
  return namespace;
}

export function getNamespace(name: string): Namespace | undefined {
  return namespaces.get(name);
}

export function destroyNamespace(name: string): void {
  namespaces.delete(name);
}
