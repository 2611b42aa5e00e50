/** What goes wrong: late by cloud time, refused for a quota, another status, or served without the client hearing of it. */
export type VaultFaultEffect =
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'rate-limit' }
  | { readonly kind: 'status'; readonly status: number; readonly errors: readonly string[] }
  | { readonly kind: 'lose-reply' };

/** A fault for requests that fit. */
export interface VaultFault {
  readonly effect: VaultFaultEffect;
  /** Beginning of the path behind `/v1/`. @default every path */
  readonly pathPrefix?: string;
  readonly method?: string;
  /** Requests that pass before the first one is hit. @default 0 */
  readonly after?: number;
  /** How many are hit. @default all until the fault is removed */
  readonly times?: number;
}

interface Armed {
  readonly fault: VaultFault;
  toPass: number;
  toHit: number;
}

/** The faults that are set on a Vault. */
export class FaultList {
  private armed: readonly Armed[] = [];

  /** Sets a fault; the returned function removes it. */
  add(fault: VaultFault): () => void {
    const entry: Armed = { fault, toPass: fault.after ?? 0, toHit: fault.times ?? Infinity };
    this.armed = [...this.armed, entry];
    return () => {
      this.armed = this.armed.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.armed = [];
  }

  /** Takes what hits this request, and counts it. */
  take(method: string, path: string): readonly VaultFaultEffect[] {
    const fitting = this.armed.filter(({ fault, toHit }) => toHit > 0 && path.startsWith(fault.pathPrefix ?? '') && (fault.method ?? method) === method);
    return fitting.filter(countDown).map(({ fault }) => fault.effect);
  }
}

function countDown(entry: Armed): boolean {
  if (entry.toPass > 0) {
    entry.toPass -= 1;
    return false;
  }
  entry.toHit -= 1;
  return true;
}
