import type { Timer } from '../../../gateway/clock';
import { ERROR, StateFailure, TaskFailure } from '../failure';
import type { Json } from '../json';
import type { TaskRequest } from '../task-runner';
import type { TaskEvents } from './task-events';
import type { StateRun } from './state-run';

/** What is asked of the task runner, and for how long. */
export interface TaskOrder {
  readonly request: Omit<TaskRequest, 'signal' | 'submitted'>;
  readonly timeoutMs: number | undefined;
  readonly heartbeatMs: number | undefined;
}

/**
 * Has a task done and resolves with its result; for `.waitForTaskToken` with what SendTaskSuccess brings, which may come
 * before the answer to the request. Rejects with the task's failure, with a timeout, or with the reason the run is stopped.
 */
export async function awaitTask(run: StateRun, events: TaskEvents, order: TaskOrder): Promise<Json> {
  const { clock, tasks, tokens } = run.session;
  const { taskToken } = order.request;
  const outcome = Promise.withResolvers<Json>();
  const work = new AbortController();
  const stop = () => outcome.reject(run.signal.reason as Error);
  run.signal.addEventListener('abort', stop, { once: true });
  const deadline = order.timeoutMs === undefined ? undefined : clock.after(order.timeoutMs, () => outcome.reject(timeout()));
  const heart = new HeartbeatWatch(clock, order.heartbeatMs, () => outcome.reject(timeout(ERROR.HEARTBEAT_TIMEOUT)));
  let isWaiting = true;
  const submitted = (answer: Json) => {
    if (isWaiting) events.submitted(answer);
  };
  if (taskToken !== undefined) {
    tokens.listen(taskToken, { succeeded: outcome.resolve, failed: (error, cause) => outcome.reject(new StateFailure(error, cause)), heartbeat: () => heart.beat() });
  }
  const perform = async () => {
    const answer = toJson(await tasks.run({ ...order.request, signal: work.signal, submitted }));
    if (taskToken === undefined) outcome.resolve(answer);
    else submitted(answer);
  };
  perform().catch((error: unknown) => outcome.reject(error instanceof TaskFailure ? new StateFailure(error.error, error.failureCause) : error));
  try {
    return await outcome.promise;
  } catch (error) {
    work.abort(error);
    throw error;
  } finally {
    isWaiting = false;
    run.signal.removeEventListener('abort', stop);
    deadline?.cancel();
    heart.stop();
    if (taskToken !== undefined) tokens.close(taskToken);
  }
}

/** Fires when no heartbeat came for as long as the definition allows. */
class HeartbeatWatch {
  private timer: Timer | undefined;

  constructor(
    private readonly clock: StateRun['session']['clock'],
    private readonly longestMs: number | undefined,
    private readonly missed: () => void,
  ) {
    this.beat();
  }

  beat(): void {
    this.stop();
    if (this.longestMs !== undefined) this.timer = this.clock.after(this.longestMs, this.missed);
  }

  stop(): void {
    this.timer?.cancel();
  }
}

/** AWS gives a timeout no cause, and calls a missed heartbeat by the name of the timeout. */
function timeout(alias?: string): StateFailure {
  return new StateFailure(ERROR.TIMEOUT, undefined, alias);
}

/** A copy that holds nothing JSON could not; what a function returns as undefined is null. */
function toJson(answer: unknown): Json {
  return JSON.parse(JSON.stringify(answer ?? null)) as Json;
}
