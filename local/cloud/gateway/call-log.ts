/** One call that was made to the cloud, as the report and the operator see it. Inputs stay out: they may hold secrets. */
export interface CallRecord {
  readonly requestId: string;
  readonly at: Date;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  /** ARN or service name of the principal. */
  readonly principal: string;
  /** The function, task or state machine behind the principal. */
  readonly caller: string;
  readonly via: string | undefined;
  /** The VPC endpoint through which the call came. */
  readonly vpcEndpointId: string | undefined;
  readonly durationMs: number;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
}

/** Remembers every call in order and tells whoever listens. */
export class CallLog {
  private readonly records: CallRecord[] = [];
  private readonly listeners = new Set<(record: CallRecord) => void>();

  add(record: CallRecord): void {
    this.records.push(record);
    for (const listener of this.listeners) listener(record);
  }

  onCall(listener: (record: CallRecord) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  all(): readonly CallRecord[] {
    return this.records;
  }
}
