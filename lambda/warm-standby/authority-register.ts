import { DynamoTable } from '../common/aws/dynamo-table';
import type { Env } from '../common/env';
import { AuthorityUnreachable, ENV, EpochOvertaken, type Progress } from './contract';

/** Which region may write, and since which epoch. */
export interface Authority {
  readonly epoch: number;
  readonly activeRegion: string;
}

type RegisterName = 'own' | 'peer' | 'witness';

/** The tables of this region, its peer and the witness: each keeps the highest epoch it has heard of. */
export type Registers = Readonly<Record<RegisterName, Pick<DynamoTable, 'get' | 'putIf' | 'put'>>>;

const KEY = { item: 'authority' } as const;
const PROGRESS = { item: 'progress' } as const;

/** A region that is lost says nothing, and whoever asks it has a minute for the rest of its work. */
const PATIENCE_MS = 2_000;

export function registersOf(env: Env): Registers {
  const table = env.required(ENV.STATE_TABLE);
  const elsewhere = (region: string) => DynamoTable.in({ region, patienceMs: PATIENCE_MS }, table);
  return { own: DynamoTable.in({ region: env.region }, table), peer: elsewhere(env.required(ENV.PEER_REGION)), witness: elsewhere(env.required(ENV.WITNESS_REGION)) };
}

/**
 * Who may write, as three regions remember it.
 *
 * A region may write as long as one of the other two confirms its epoch. A failover begins its epoch at the witness and in
 * its own region before it promotes: whichever of the two the old region asks, it hears that it has been overtaken; and when
 * it hears nothing, its lease ends.
 */
export class AuthorityRegister {
  private remembered: Authority | undefined;

  constructor(private readonly registers: Registers) {}

  /** What this region's own table says; nothing before the system was prepared. */
  async own(): Promise<Authority | undefined> {
    return read(this.registers.own);
  }

  /** The highest authority that any of the named registers knows, and how many answered. */
  async highest(from: readonly RegisterName[]): Promise<{ readonly authority: Authority | undefined; readonly answered: number }> {
    const answers = await Promise.allSettled(from.map((name) => read(this.registers[name])));
    const heard = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
    const known = heard.filter((value) => value !== undefined).sort((a, b) => b.epoch - a.epoch);
    return { authority: known[0], answered: heard.length };
  }

  /**
   * The highest authority that another region confirms: the witness, which hears of every epoch first, or the peer when the
   * witness is silent. So the loss of the peer costs a region that writes nothing.
   */
  async confirmed(): Promise<{ readonly authority: Authority | undefined; readonly answered: number }> {
    const witness = await this.highest(['witness']);
    return witness.answered > 0 ? witness : this.highest(['peer']);
  }

  /** Begins an epoch in the named registers. Raises `EpochOvertaken` when one of them knows a later one, `AuthorityUnreachable` when one does not answer. */
  async begin(authority: Authority, where: readonly RegisterName[], by: string, at: string): Promise<void> {
    for (const name of where) {
      const held = await this.write(name, { ...KEY, ...authority, by, at }, authority);
      if (!held) throw new EpochOvertaken(`epoch ${authority.epoch} of ${authority.activeRegion} is overtaken: the ${name} register knows a later one`, { ...authority });
    }
  }

  /** Repeats in this region what was heard elsewhere, so that the region knows it even when it is alone; once for each authority. */
  async remember(authority: Authority, at: string): Promise<void> {
    const { epoch, activeRegion } = authority;
    if (this.remembered?.epoch === epoch && this.remembered.activeRegion === activeRegion) return;
    await this.write('own', { ...KEY, ...authority, by: 'heard from another region', at }, authority);
    this.remembered = authority;
  }

  /** Tells the other regions how far the active one is; those that do not hear it are passed over. */
  async reportProgress(progress: Progress): Promise<void> {
    await Promise.allSettled([this.registers.peer.put({ ...PROGRESS, ...progress }), this.registers.witness.put({ ...PROGRESS, ...progress })]);
  }

  /** The newest progress that this region or the witness was told of. */
  async lastProgress(): Promise<Progress | null> {
    const answers = await Promise.allSettled([this.registers.own.get(PROGRESS), this.registers.witness.get(PROGRESS)]);
    const heard = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value ? [answer.value] : []));
    const [newest] = heard.map((item) => ({ epoch: Number(item['epoch']), sequence: Number(item['sequence']), at: String(item['at']) })).sort((a, b) => b.epoch - a.epoch || b.sequence - a.sequence);
    return newest ?? null;
  }

  private async write(name: RegisterName, item: Readonly<Record<string, unknown>>, { epoch, activeRegion }: Authority): Promise<boolean> {
    const condition = {
      expression: 'attribute_not_exists(epoch) OR epoch < :epoch OR (epoch = :epoch AND activeRegion = :region)',
      values: { ':epoch': epoch, ':region': activeRegion },
    };
    try {
      return await this.registers[name].putIf(item, condition);
    } catch (cause) {
      throw new AuthorityUnreachable(`the ${name} register cannot be written: ${(cause as Error).message}`, { name }, { cause });
    }
  }
}

async function read(register: Registers[RegisterName]): Promise<Authority | undefined> {
  const item = await register.get(KEY);
  return item && { epoch: Number(item['epoch']), activeRegion: String(item['activeRegion']) };
}
