import { totalmem } from 'node:os';
import type { CloudClock, Timer } from '../../gateway/clock';
import type { FunctionDeployment } from './function-deployment';
import type { FunctionInstance } from './function-instance';

/**
 * How long an instance without work is kept, in cloud time. AWS promises nothing and was seen to end instances after ten minutes
 * and after two hours: the longer, the more shows of what one invocation leaves to the next.
 */
const IDLE_LIMIT_MS = 2 * 3_600_000;
/** What an instance has to itself; the program of Node is shared. */
const INSTANCE_BYTES = 48 * 2 ** 20;
/** Together they take an eighth of the machine's memory at most: another cloud may run beside this one. */
const MOST_IDLE = Math.min(64, Math.max(8, Math.floor(totalmem() / 8 / INSTANCE_BYTES)));

interface Entry {
  readonly instance: FunctionInstance;
  readonly expiry: Timer;
}

/**
 * The instances that wait for their next invocation, the one that waits longest first. They are frozen meanwhile.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
export class IdleInstances {
  private readonly entries = new Set<Entry>();

  constructor(private readonly clock: CloudClock) {}

  put(instance: FunctionInstance): void {
    const entry = { instance, expiry: this.clock.after(IDLE_LIMIT_MS, () => this.end(entry)) };
    this.entries.add(entry);
    void instance.isFree.then(() => {
      if (this.entries.has(entry)) instance.freeze();
    });
    const [oldest] = this.entries;
    if (oldest && this.entries.size > MOST_IDLE) this.end(oldest);
  }

  /** The instance used last, if it can serve another invocation; those that cannot are ended. */
  async take(deployment: FunctionDeployment): Promise<FunctionInstance | undefined> {
    for (const entry of [...this.entries].reverse()) {
      const { instance } = entry;
      if (instance.deployment !== deployment) continue;
      this.remove(entry);
      await instance.isFree;
      if (instance.hasEnded) continue;
      if (this.isFresh(instance)) return instance;
      instance.kill();
    }
    return undefined;
  }

  /** Ends the instances for which the condition holds. */
  endWhere(condition: (instance: FunctionInstance) => boolean): void {
    for (const entry of [...this.entries]) if (condition(entry.instance)) this.end(entry);
  }

  /** The credentials must last for the longest invocation. */
  private isFresh({ credentials, deployment }: FunctionInstance): boolean {
    return credentials.expiration.getTime() > this.clock.nowMs() + deployment.timeoutSeconds * 1000;
  }

  private end(entry: Entry): void {
    this.remove(entry);
    entry.instance.kill();
  }

  private remove(entry: Entry): void {
    entry.expiry.cancel();
    this.entries.delete(entry);
  }
}
