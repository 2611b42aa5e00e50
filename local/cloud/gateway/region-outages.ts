/** What becomes of a lost region's functions, tasks and databases: they die with it, or go on, cut off from everything outside. */
export type ProcessFate = 'kill' | 'keep';

/** A region that went or came back. */
export interface RegionChange {
  readonly region: string;
  readonly kind: 'lost' | 'returned';
  readonly processes: ProcessFate;
}

/** A control plane that does not do its work. */
export interface Impairment {
  readonly region: string;
  /** Signing name, such as `ecs`. @default every service of the region */
  readonly service?: string;
  /** Whether callers hear nothing at all or an error. @default 'timeout' */
  readonly answer?: 'timeout' | 'error';
}

/**
 * Services whose one control plane is in us-east-1, whatever region a client names.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 */
const GLOBAL_SERVICES: Readonly<Record<string, string>> = { iam: 'us-east-1', route53: 'us-east-1' };

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Which regions and control planes of a cloud are out of order, as a scenario wants it. */
export class RegionOutages {
  private readonly impairments = new Set<Impairment>();
  private readonly lost = new Map<string, ProcessFate>();
  private readonly listeners = new Set<(change: RegionChange) => Promise<void> | void>();

  /** Takes the API of a region away, or of one of its services: functions, tasks and databases go on. The returned function gives it back. */
  impair(impairment: Impairment): () => void {
    checkRegion(impairment.region);
    const entry = { ...impairment };
    this.impairments.add(entry);
    return () => this.impairments.delete(entry);
  }

  /** How calls of the service in the region end, where they do not end as usual. */
  answerOf(service: string, callRegion: string): 'timeout' | 'error' | undefined {
    const region = GLOBAL_SERVICES[service] ?? callRegion;
    if (this.lost.has(region)) return 'timeout';
    const impairment = [...this.impairments].find((each) => each.region === region && (each.service ?? service) === service);
    return impairment && (impairment.answer ?? 'timeout');
  }

  /** Loses a region: its APIs, its network and, unless they are kept, its processes. Resolves when all that is done. */
  async lose(region: string, { processes = 'kill' }: { readonly processes?: ProcessFate } = {}): Promise<void> {
    checkRegion(region);
    if (this.lost.has(region)) throw new Error(`region ${region} is lost already`);
    this.lost.set(region, processes);
    await this.tell({ region, kind: 'lost', processes });
  }

  /** Brings a lost region back. What was killed starts again as AWS would start it. */
  async restore(region: string): Promise<void> {
    const processes = this.lost.get(region);
    if (processes === undefined) throw new Error(`region ${region} is not lost`);
    this.lost.delete(region);
    await this.tell({ region, kind: 'returned', processes });
  }

  isLost(region: string): boolean {
    return this.lost.has(region);
  }

  /** Calls the listener with every region that goes or comes back; the returned function ends that. */
  onChange(listener: (change: RegionChange) => Promise<void> | void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves as soon as the region is there. */
  async whenPresent(region: string): Promise<void> {
    if (!this.isLost(region)) return;
    await new Promise<void>((resolve) => {
      const forget = this.onChange((change) => {
        if (change.region !== region || change.kind !== 'returned') return;
        forget();
        resolve();
      });
    });
  }

  private async tell(change: RegionChange): Promise<void> {
    await Promise.all([...this.listeners].map(async (listener) => listener(change)));
  }
}

function checkRegion(region: string): void {
  if (!REGION.test(region)) throw new Error(`region ${JSON.stringify(region)}: expected a region such as eu-west-1`);
}
