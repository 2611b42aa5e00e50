import type { Context } from 'aws-lambda';
import { defineHandler } from '../../../../lambda/common/define-handler';
import { InvalidEnvironment, InvalidInput } from '../../../../lambda/common/errors';
import { captureOutput } from '../../../support/captured-output';

const output = captureOutput();
const context = { functionName: 'aurora-restore-orders-step', awsRequestId: 'request-1' } as Context;

interface Input {
  readonly operationId?: string;
  readonly value: number;
}

const double = async ({ value }: Input) => ({ doubled: 2 * value });

describe('defineHandler', () => {
  it('runs the operation with its ports and answers with its output', async () => {
    const handler = defineHandler('test/add', async ({ value }: Input, { more }: { more: number }) => ({ sum: value + more }), () => ({ more: 3 }));

    expect(await handler({ value: 4 }, context)).toEqual({ sum: 7 });
  });

  it('wires its ports once, on the first call', async () => {
    let wired = 0;
    const handler = defineHandler('test/double', double, () => ({ number: (wired += 1) }));

    expect(wired).toBe(0);
    await handler({ value: 1 }, context);
    await handler({ value: 2 }, context);
    expect(wired).toBe(1);
  });

  it('wires again after a wiring that failed, so that one bad start does not stay', async () => {
    let attempts = 0;
    const handler = defineHandler('test/double', double, () => {
      attempts += 1;
      if (attempts === 1) throw new InvalidEnvironment('environment variable X is not set');
      return {};
    });

    await expect(handler({ value: 1 }, context)).rejects.toThrow(InvalidEnvironment);
    await expect(handler({ value: 1 }, context)).resolves.toEqual({ doubled: 2 });
  });

  it('logs one line for a success, with the operation, its id, input and output', async () => {
    await defineHandler('test/double', double, () => ({}))({ operationId: 'run-7', value: 2 }, context);

    expect(output.json()).toEqual([expect.objectContaining({ level: 'INFO', operation: 'test/double', operationId: 'run-7', function_name: context.functionName, input: { operationId: 'run-7', value: 2 }, output: { doubled: 4 } })]);
  });

  it('logs what a foreseen failure means for the caller, and passes it on', async () => {
    const failure = new InvalidInput('request', ['value: is missing']);
    const handler = defineHandler('test/fail', () => Promise.reject(failure), () => ({}));

    await expect(handler({}, context)).rejects.toBe(failure);
    expect(output.json()).toEqual([expect.objectContaining({ level: 'ERROR', disposition: 'stop', details: { problems: ['value: is missing'] } })]);
  });

  it('says of a failure that nobody foresaw that it is one', async () => {
    const handler = defineHandler('test/fail', () => Promise.reject(new TypeError('x is undefined')), () => ({}));

    await expect(handler({}, context)).rejects.toThrow(TypeError);
    expect(output.json()).toEqual([expect.objectContaining({ disposition: 'unforeseen' })]);
  });

  it('does not log the id of one invocation with the next', async () => {
    const handler = defineHandler('test/double', double, () => ({}));
    await handler({ operationId: 'run-7', value: 1 }, context);
    await handler({ value: 1 }, context);

    expect(output.json().map(({ operationId }) => operationId)).toEqual(['run-7', undefined]);
  });
});
