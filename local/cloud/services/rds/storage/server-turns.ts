import type { PostgresServer } from '../../../engines/postgres/postgres-server';

/** Lets one piece of work at a time start, stop or change a server. */
export class ServerTurns {
  private readonly last = new WeakMap<PostgresServer, Promise<unknown>>();

  async of<Result>(server: PostgresServer, work: () => Promise<Result>): Promise<Result> {
    const before = this.last.get(server) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.last.set(server, turn);
    return turn;
  }
}
