import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Span } from './events';

/** States that take time; the others only lead on. */
const ENTERED = /^(Task|Wait|Parallel|Map)StateEntered$/;
const EXITED = /^(Task|Wait|Parallel|Map)StateExited$/;

/**
 * When each state of an execution that works or waits ran, in seconds since the origin.
 *
 * A state that was never left is where the execution ended: AWS records no exit for it.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export function spansOf(history: readonly HistoryEvent[], originMs: number): Span[] {
  const open = new Map<string, number[]>();
  const spans: Span[] = [];
  const secondsAt = ({ timestamp }: HistoryEvent) => ((timestamp?.getTime() ?? originMs) - originMs) / 1000;
  for (const event of history) {
    const entered = ENTERED.test(event.type ?? '') ? event.stateEnteredEventDetails?.name : undefined;
    const exited = EXITED.test(event.type ?? '') ? event.stateExitedEventDetails?.name : undefined;
    if (entered !== undefined) open.set(entered, [...(open.get(entered) ?? []), secondsAt(event)]);
    if (exited === undefined) continue;
    const [from, ...others] = open.get(exited) ?? [];
    open.set(exited, others);
    if (from !== undefined) spans.push({ name: exited, outcome: 'ok', fromCloudSeconds: from, toCloudSeconds: secondsAt(event) });
  }
  const last = history.at(-1);
  for (const [name, starts] of open) {
    for (const from of starts) spans.push({ name, outcome: 'failed', fromCloudSeconds: from, toCloudSeconds: last ? secondsAt(last) : from });
  }
  return spans.sort((a, b) => a.fromCloudSeconds - b.fromCloudSeconds);
}
