import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { LocalCloud } from '../../cloud/local-cloud';

/** Where and when it was promised that a transaction is kept. */
export interface Acknowledgement {
  readonly region: string;
  readonly epoch: number;
  readonly atMs: number;
}

/** What became of one numbered transaction, as the client saw it. */
export interface ClientRecord {
  readonly number: number;
  readonly sentAtMs: number;
  /** Nothing when nobody promised. */
  readonly promised: Acknowledgement | undefined;
}

/** A transaction that a client has every reason to believe in. */
export type Promised = Acknowledgement & { readonly number: number };

export interface LoadClientProps {
  readonly cloud: LocalCloud;
  readonly recordName: string;
  readonly ttlSeconds: number;
  /** Where the client is: a region that nothing happens to. */
  readonly region: string;
  /** The number of the next transaction. */
  readonly nextNumber: () => number;
  /** Where it goes whatever names lead to: a client that does not let go of an old answer. @default where the name leads */
  readonly address?: string;
}

const HTTPS = 443;
/** While a story is told, while only time passes, and while nobody watches the client: every transaction is real work, and an hour has many. */
const BUSY_INTERVAL_MS = 500;
const QUIET_INTERVAL_MS = 20_000;
const RESTING_INTERVAL_MS = 60_000;
const TIMEOUT_MS = 5_000;

/**
 * A client on the internet that writes numbered transactions: it resolves the name, keeps the answer as long as it may,
 * connects over TLS, and remembers what it was promised.
 */
export class LoadClient {
  readonly records: ClientRecord[] = [];
  private address: { readonly value: string; readonly untilMs: number } | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private intervalMs = QUIET_INTERVAL_MS;
  private readonly trust: SecureContext;
  private pause = new AbortController();

  constructor(private readonly props: LoadClientProps) {
    this.trust = createSecureContext({ ca: props.cloud.certificates.certificatePem });
  }

  /** Writes twice a second for this long; before and after, now and then. */
  async hurryFor(seconds: number): Promise<void> {
    await this.atInterval(BUSY_INTERVAL_MS, () => this.props.cloud.clock.pass(seconds * 1000));
  }

  /** Writes once a minute while the work is done. */
  async restDuring<T>(work: () => Promise<T>): Promise<T> {
    return this.atInterval(RESTING_INTERVAL_MS, work);
  }

  /** Begins to write, until `stop`. */
  start(): void {
    this.stopped = false;
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.props.cloud.clock.passUntil(this.running ?? Promise.resolve(), 60_000, 'the client');
    this.running = undefined;
  }

  /** The transactions that were promised, by the region or by any. */
  promised(region?: string): readonly Promised[] {
    return this.records.flatMap(({ number, promised }) => (promised && (region === undefined || promised.region === region) ? [{ number, ...promised }] : []));
  }

  /** The longest time between two promises. */
  longestSilenceSeconds(): number {
    const moments = this.promised().map(({ atMs }) => atMs);
    return Math.round(moments.reduce((longest, at, index) => Math.max(longest, at - (moments[index - 1] ?? at)), 0) / 1000);
  }

  /** Where the name leads now. */
  resolve(): string | undefined {
    const { cloud, recordName, region } = this.props;
    const view = cloud.services.compute.fabric.viewOf({ kind: 'internet', name: 'client', region });
    const [address] = view.resolve(recordName);
    return address;
  }

  private async atInterval<T>(intervalMs: number, work: () => Promise<T>): Promise<T> {
    const before = this.intervalMs;
    this.changeInterval(intervalMs);
    try {
      return await work();
    } finally {
      this.changeInterval(before);
    }
  }

  /** A pause that is too long now ends at once. */
  private changeInterval(intervalMs: number): void {
    if (intervalMs < this.intervalMs) this.pause.abort();
    this.intervalMs = intervalMs;
  }

  private async run(): Promise<void> {
    const { clock } = this.props.cloud;
    while (!this.stopped) {
      await clock.whileWorking(async () => {
        const address = this.cachedAddress();
        await this.send(address);
      });
      this.pause = new AbortController();
      await clock.sleep(this.intervalMs, this.pause.signal).catch(() => undefined);
    }
  }

  private cachedAddress(): string | undefined {
    if (this.props.address !== undefined) return this.props.address;
    const nowMs = this.props.cloud.clock.nowMs();
    if (this.address && this.address.untilMs > nowMs) return this.address.value;
    const value = this.resolve();
    this.address = value === undefined ? undefined : { value, untilMs: nowMs + this.props.ttlSeconds * 1000 };
    return value;
  }

  private async send(address: string | undefined): Promise<ClientRecord> {
    const number = this.props.nextNumber();
    const { clock } = this.props.cloud;
    const sentAtMs = clock.nowMs();
    const answer = address === undefined ? undefined : await this.post(address, { number, payload: `transaction ${number}` }).catch(() => undefined);
    const record = { number, sentAtMs, promised: answer && { ...answer, atMs: clock.nowMs() } };
    this.records.push(record);
    return record;
  }

  /** Only 201 is a promise. */
  private async post(address: string, body: unknown): Promise<{ readonly region: string; readonly epoch: number } | undefined> {
    const { cloud, recordName, region } = this.props;
    const { verdict, close } = await cloud.services.compute.fabric.connect({ kind: 'internet', name: 'client', region }, address, HTTPS);
    if (verdict.kind !== 'open') return undefined;
    const options = { host: '127.0.0.1', port: verdict.localPort, servername: recordName, secureContext: this.trust, method: 'POST', path: '/transactions', headers: { host: recordName, 'content-type': 'application/json' }, agent: false as const, signal: AbortSignal.timeout(TIMEOUT_MS) };
    try {
      return await new Promise((resolve, reject) => {
        const outgoing = request(options, (response) => {
          text(response).then((answer) => resolve(response.statusCode === 201 ? (JSON.parse(answer) as { region: string; epoch: number }) : undefined), reject);
        });
        outgoing.once('error', reject);
        outgoing.end(JSON.stringify(body));
      });
    } finally {
      close();
    }
  }
}
