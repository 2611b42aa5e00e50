import { type TaskAnswerListener, TaskTokens, TokenRefused } from '../../../../../../local/cloud/engines/states/task-tokens';

function waitingTask(): { readonly tokens: TaskTokens; readonly token: string; readonly answers: unknown[] } {
  const tokens = new TaskTokens();
  const token = tokens.issue();
  const answers: unknown[] = [];
  const listener: TaskAnswerListener = {
    succeeded: (output) => answers.push(output),
    failed: (error, cause) => answers.push([error, cause]),
    heartbeat: () => answers.push('heartbeat'),
  };
  tokens.listen(token, listener);
  return { tokens, token, answers };
}

function reasonOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TokenRefused) return error.reason;
    throw error;
  }
  return 'accepted';
}

describe('TaskTokens', () => {
  test('brings the output, parsed, to the task', () => {
    const { tokens, token, answers } = waitingTask();

    tokens.sendTaskSuccess(token, '{"rows":3}');

    expect(answers).toEqual([{ rows: 3 }]);
  });

  test('brings error and cause, or neither, to the task', () => {
    const [first, second] = [waitingTask(), waitingTask()];

    first.tokens.sendTaskFailure(first.token, 'E', 'why');
    second.tokens.sendTaskFailure(second.token);

    expect([first.answers, second.answers]).toEqual([[['E', 'why']], [[undefined, undefined]]]);
  });

  test('accepts any number of heartbeats before the answer', () => {
    const { tokens, token, answers } = waitingTask();

    tokens.sendTaskHeartbeat(token);
    tokens.sendTaskHeartbeat(token);
    tokens.sendTaskSuccess(token, '1');

    expect(answers).toEqual(['heartbeat', 'heartbeat', 1]);
  });

  test('keeps the task waiting after an output that is not JSON', () => {
    const { tokens, token, answers } = waitingTask();

    expect(reasonOf(() => tokens.sendTaskSuccess(token, '{'))).toBe('InvalidOutput');
    tokens.sendTaskSuccess(token, '2');

    expect(answers).toEqual([2]);
  });

  test.each<[string, (tokens: TaskTokens, token: string) => void]>([
    ['answered', (tokens, token) => tokens.sendTaskSuccess(token, '1')],
    ['failed', (tokens, token) => tokens.sendTaskFailure(token)],
    ['closed', (tokens, token) => tokens.close(token)],
  ])('refuses with TaskTimedOut once the task is %s', (_case, end) => {
    const { tokens, token } = waitingTask();
    end(tokens, token);

    expect([reasonOf(() => tokens.sendTaskSuccess(token, '1')), reasonOf(() => tokens.sendTaskFailure(token)), reasonOf(() => tokens.sendTaskHeartbeat(token))]).toEqual([
      'TaskTimedOut',
      'TaskTimedOut',
      'TaskTimedOut',
    ]);
  });

  test('refuses with InvalidToken what it never issued', () => {
    const { tokens } = waitingTask();

    expect(reasonOf(() => tokens.sendTaskHeartbeat('made up'))).toBe('InvalidToken');
  });

  test('never issues a token twice', () => {
    const tokens = new TaskTokens();

    expect(tokens.issue()).not.toBe(tokens.issue());
  });
});
