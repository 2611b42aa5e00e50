import type { Protocol } from './sns-state';

/**
 * The waits between the attempts to deliver one message whose receiver has a fault of its own, in milliseconds.
 *
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function* retryDelaysMs(protocol: Protocol): Generator<number> {
  if (protocol === 'sqs' || protocol === 'lambda') {
    yield* repeat(3, () => 0);
    yield* repeat(2, () => 1_000);
    yield* repeat(10, (index) => Math.round(1_000 * 20 ** (index / 9)));
    yield* repeat(100_000, () => 20_000);
    return;
  }
  // The default delivery policy of HTTP endpoints: three retries, twenty seconds apart.
  yield* repeat(3, () => 20_000);
}

function* repeat(times: number, delayMs: (index: number) => number): Generator<number> {
  for (let index = 0; index < times; index += 1) yield delayMs(index);
}
