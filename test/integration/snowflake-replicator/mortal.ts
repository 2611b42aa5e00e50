import type { HoldPorts } from '../../../lambda/snowflake-replicator/load/hold-table';
import { WarehouseSession } from '../../../lambda/snowflake-replicator/snowflake/warehouse-session';
import type { TestReplicator } from './replicator';

/** Where a run is to die: at the nth time that it comes past a step. */
export interface Fate {
  readonly step: string;
  readonly nth: number;
}

/** A step that a run went past, and how often. */
export type Steps = ReadonlyMap<string, number>;

/** Ports that note every step: the named ones of the operations, and before and after each statement for the warehouse. Statements are in `underWay` as long as they run. */
export function watchedPorts(onStep: (step: string) => Promise<void> | void, underWay = new Set<Promise<unknown>>()): Partial<HoldPorts> {
  return {
    checkpoint: onStep,
    openWarehouse: async (...where) => {
      const session = await WarehouseSession.open(...where);
      return new Proxy(session, {
        get: (target, property) => {
          const value = Reflect.get(target, property) as unknown;
          if (typeof value !== 'function') return value;
          const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
          if (property !== 'execute' && property !== 'put') return call;
          return async (...args: unknown[]) => {
            const statement = property === 'put' ? 'PUT' : shape(String(args[0]));
            await onStep(`before ${statement}`);
            const running = call(...args);
            underWay.add(running);
            const answer = await running.finally(() => underWay.delete(running));
            await onStep(`after ${statement}`);
            return answer;
          };
        },
      });
    },
  };
}

/** A statement by its first words, without what differs from run to run. */
function shape(sql: string): string {
  const table = /"(?:HOLDFAST|APP)"\."([A-Z_]+?)(?:_[0-9A-F]{16}.*)?"/.exec(sql)?.[1] ?? '';
  return `${/^(\w+( \w+)?)/.exec(sql)?.[1] ?? ''} ${table}`.trim();
}

/** Lets work run past its steps, and counts them. */
export async function stepsOf(work: (ports: Partial<HoldPorts>) => Promise<unknown>): Promise<Steps> {
  const steps = new Map<string, number>();
  await work(watchedPorts((step) => void steps.set(step, (steps.get(step) ?? 0) + 1)));
  return steps;
}

/**
 * Lets work run until it meets its fate: from there on nothing of it happens any more, neither its next step nor what it
 * would have cleared away. Its connections to PostgreSQL break, as those of a process that is killed do. Answers whether it came so far.
 */
export async function killAt(replicator: TestReplicator, { step: fatal, nth }: Fate, work: (ports: Partial<HoldPorts>) => Promise<unknown>): Promise<boolean> {
  let seen = 0;
  let died: () => void = () => undefined;
  const death = new Promise<true>((resolve) => (died = () => resolve(true)));
  const never = new Promise<void>(() => undefined);
  const underWay = new Set<Promise<unknown>>();
  let isDead = false;
  const ports = watchedPorts((step) => {
    if (step === fatal) seen += 1;
    if (step === fatal && seen === nth) {
      isDead = true;
      died();
    }
    return isDead ? never : undefined;
  }, underWay);
  const isKilled = await Promise.race([death, work(ports).then(() => false as const)]);
  if (!isKilled) return false;
  await replicator.master.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'holdfast-replicator%'`);
  // What was sent is still done. The sessions stay, with the transactions they are in: Snowflake does not see that their client is gone.
  await Promise.allSettled(underWay);
  return true;
}
