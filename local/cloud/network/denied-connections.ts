/** A connection that the network did not let through. */
export interface DeniedConnection {
  readonly at: Date;
  /** Who wanted it, such as `function verify-restore`. */
  readonly source: string;
  readonly region: string;
  readonly host: string;
  readonly port: number;
  readonly kind: 'dropped' | 'refused' | 'unknown-host';
  /** What stood in the way. */
  readonly explanation: string;
  /** What would let it through, where that can be told. */
  readonly hint: string | undefined;
}

/** Remembers every denied connection and tells whoever listens. */
export class DeniedConnections {
  private readonly records: DeniedConnection[] = [];
  private readonly listeners = new Set<(denied: DeniedConnection) => void>();

  add(denied: DeniedConnection): void {
    this.records.push(denied);
    for (const listener of this.listeners) listener(denied);
  }

  onDenied(listener: (denied: DeniedConnection) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  all(): readonly DeniedConnection[] {
    return this.records;
  }
}
