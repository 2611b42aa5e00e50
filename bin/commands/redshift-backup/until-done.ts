import type { Operator } from '../../command-line/operator';

const POLL_MS = 20_000;

/** Asks until the answer is there, and tells each new state once. Interrupted, the same command goes on watching. */
export async function untilDone<T>(operator: Pick<Operator, 'tell' | 'pause'>, look: () => Promise<{ readonly state: string; readonly done?: T }>): Promise<T> {
  for (let told = ''; ; ) {
    const { state, done } = await look();
    if (state !== told) operator.tell(state);
    told = state;
    if (done !== undefined) return done;
    await operator.pause(POLL_MS);
  }
}
