import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { LocalCloud } from '../../cloud/local-cloud';

/** What became of one numbered transaction, as the client saw it. */
export interface ClientRecord {
  readonly number: number;
  readonly sentAtMs: number;
  /** Where it was promised that the transaction is kept; nothing when nobody promised. */
  readonly promised: { readonly region: string; readonly epoch: number; readonly atMs: number } | undefined;
}

export interface LoadClientProps {
  readonly cloud: LocalCloud;
  readonly recordName: string;
  readonly ttlSeconds: number;
  /** Where the client is: a region that nothing happens to. */
  readonly region: string;
}

const HTTPS = 443;
const INTERVAL_MS = 500;
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
  private next = 1;

  constructor(private readonly props: LoadClientProps) {}

  /** Begins to write, twice a second, until `stop`. */
  start(): void {
    this.stopped = false;
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.props.cloud.clock.passUntil(this.running ?? Promise.resolve(), 60_000, 'the client');
    this.running = undefined;
  }

  /** The numbers that were promised by the region, and by any. */
  promised(region?: string): readonly number[] {
    return this.records.filter(({ promised }) => promised && (region === undefined || promised.region === region)).map(({ number }) => number);
  }

  /** The longest time between two promises. */
  longestSilenceSeconds(): number {
    const moments = this.records.flatMap(({ promised }) => (promised ? [promised.atMs] : []));
    return moments.reduce((longest, at, index) => Math.max(longest, at - (moments[index - 1] ?? at)), 0) / 1000;
  }

  /** One transaction to one address, whatever names lead to now: a client that does not let go of an old answer. */
  async sendTo(address: string): Promise<ClientRecord> {
    return this.send(address);
  }

  /** Where the name leads now. */
  resolve(): string | undefined {
    const { cloud, recordName, region } = this.props;
    const view = cloud.services.compute.fabric.viewOf({ kind: 'internet', name: 'client', region });
    const [address] = view.resolve(recordName);
    return address;
  }

  private async run(): Promise<void> {
    const { clock } = this.props.cloud;
    while (!this.stopped) {
      await clock.whileWorking(async () => {
        const address = this.cachedAddress();
        await this.send(address);
      });
      await clock.sleep(INTERVAL_MS);
    }
  }

  private cachedAddress(): string | undefined {
    const nowMs = this.props.cloud.clock.nowMs();
    if (this.address && this.address.untilMs > nowMs) return this.address.value;
    const value = this.resolve();
    this.address = value === undefined ? undefined : { value, untilMs: nowMs + this.props.ttlSeconds * 1000 };
    return value;
  }

  private async send(address: string | undefined): Promise<ClientRecord> {
    const number = this.next++;
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
    const options = { host: '127.0.0.1', port: verdict.localPort, servername: recordName, ca: cloud.certificates.certificatePem, method: 'POST', path: '/transactions', headers: { host: recordName, 'content-type': 'application/json' }, agent: false as const, signal: AbortSignal.timeout(TIMEOUT_MS) };
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
