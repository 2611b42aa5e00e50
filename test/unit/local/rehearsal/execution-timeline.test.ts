import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { spansOf } from '../../../../local/rehearsal/execution-timeline';

const ORIGIN_MS = Date.UTC(2026, 0, 1);

const event = (type: HistoryEventType, seconds: number, details: Partial<HistoryEvent> = {}): HistoryEvent => ({ id: 1, type, timestamp: new Date(ORIGIN_MS + seconds * 1_000), ...details });
const entered = (kind: 'Task' | 'Wait' | 'Choice', name: string, seconds: number) => event(`${kind}StateEntered`, seconds, { stateEnteredEventDetails: { name } });
const exited = (kind: 'Task' | 'Wait' | 'Choice', name: string, seconds: number) => event(`${kind}StateExited`, seconds, { stateExitedEventDetails: { name } });

test('answers each visit of a state from entry to exit, in the order of entry', () => {
  const history = [entered('Wait', 'Pause', 10), exited('Wait', 'Pause', 70), entered('Task', 'Ask', 70), exited('Task', 'Ask', 71), entered('Wait', 'Pause', 71), exited('Wait', 'Pause', 131)];

  expect(spansOf(history, ORIGIN_MS)).toEqual([
    { name: 'Pause', outcome: 'ok', fromCloudSeconds: 10, toCloudSeconds: 70 },
    { name: 'Ask', outcome: 'ok', fromCloudSeconds: 70, toCloudSeconds: 71 },
    { name: 'Pause', outcome: 'ok', fromCloudSeconds: 71, toCloudSeconds: 131 },
  ]);
});

test('leaves out states that take no time', () => {
  expect(spansOf([entered('Choice', 'Done?', 1), exited('Choice', 'Done?', 1)], ORIGIN_MS)).toEqual([]);
});

test('calls a state that was never left failed, until the execution ended', () => {
  expect(spansOf([entered('Task', 'Copy', 5), event('ExecutionFailed', 8)], ORIGIN_MS)).toEqual([{ name: 'Copy', outcome: 'failed', fromCloudSeconds: 5, toCloudSeconds: 8 }]);
});
