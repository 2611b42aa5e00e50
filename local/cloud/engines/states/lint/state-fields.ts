import type { StateType } from '../definition';
import { anything, type FieldCheck, flag, integer, number, oneOf, pathOrNull, referencePath, referencePathOrIntrinsic, resultPath, template, text, texts, timestamp } from './field-checks';

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html and .../state-wait.html */
const MOST_SECONDS = 99_999_999;
const MOST_DELAY_SECONDS = 31_622_400;

type Fields = Readonly<Record<string, FieldCheck>>;

const positiveSeconds = integer(1, MOST_SECONDS);

const common: Fields = {
  Type: anything,
  Comment: text,
  QueryLanguage: (value) => (value === 'JSONPath' ? undefined : `${JSON.stringify(value)} is not supported, only JSONPath is`),
};
const inputOutput: Fields = { InputPath: pathOrNull, OutputPath: pathOrNull };
const transition: Fields = { Next: text, End: flag };
const result: Fields = { Parameters: template, ResultSelector: template, ResultPath: resultPath };
/** Retry and Catch have a lint of their own. */
const errorHandling: Fields = { Retry: anything, Catch: anything };

/** The fields each type of state may have; every other one is refused, because it would be ignored. */
export const STATE_FIELDS: Readonly<Record<StateType, Fields>> = {
  Task: {
    ...common,
    ...inputOutput,
    ...transition,
    ...result,
    ...errorHandling,
    Resource: text,
    TimeoutSeconds: positiveSeconds,
    TimeoutSecondsPath: referencePath,
    HeartbeatSeconds: positiveSeconds,
    HeartbeatSecondsPath: referencePath,
    Credentials: template,
  },
  Pass: { ...common, ...inputOutput, ...transition, Parameters: template, ResultPath: resultPath, Result: anything },
  Choice: { ...common, ...inputOutput, Choices: anything, Default: text },
  Wait: { ...common, ...inputOutput, ...transition, Seconds: integer(0, MOST_SECONDS), SecondsPath: referencePath, Timestamp: timestamp, TimestampPath: referencePath },
  Succeed: { ...common, ...inputOutput },
  Fail: { ...common, Error: text, ErrorPath: referencePathOrIntrinsic, Cause: text, CausePath: referencePathOrIntrinsic },
  Parallel: { ...common, ...inputOutput, ...transition, ...result, ...errorHandling, Branches: anything },
  Map: {
    ...common,
    ...inputOutput,
    ...transition,
    ...result,
    ...errorHandling,
    ItemProcessor: anything,
    Iterator: anything,
    ItemsPath: referencePath,
    ItemSelector: template,
    MaxConcurrency: integer(0, MOST_SECONDS),
    MaxConcurrencyPath: referencePath,
    ToleratedFailureCount: integer(0, MOST_SECONDS),
    ToleratedFailureCountPath: referencePath,
    ToleratedFailurePercentage: number(0, 100),
    ToleratedFailurePercentagePath: referencePath,
  },
};

/** The fields of a Retrier. */
export const RETRIER_FIELDS: Fields = {
  Comment: text,
  ErrorEquals: texts,
  IntervalSeconds: positiveSeconds,
  MaxAttempts: integer(0, MOST_SECONDS),
  BackoffRate: number(1, Infinity),
  MaxDelaySeconds: integer(1, MOST_DELAY_SECONDS),
  JitterStrategy: oneOf('FULL', 'NONE'),
};

/** The fields of a Catcher. */
export const CATCHER_FIELDS: Fields = { Comment: text, ErrorEquals: texts, ResultPath: resultPath, Next: text };

/** Fields of which a state may have one at most. */
export const EXCLUSIVE_FIELDS: readonly (readonly string[])[] = [
  ['TimeoutSeconds', 'TimeoutSecondsPath'],
  ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  ['Error', 'ErrorPath'],
  ['Cause', 'CausePath'],
  ['ItemProcessor', 'Iterator'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
  ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
  ['Next', 'End'],
];

/** Why a field that Step Functions knows is refused here. */
export const UNSUPPORTED_FIELDS: Readonly<Record<string, string>> = {
  Arguments: 'belongs to JSONata, which is not supported',
  Assign: 'variables are not supported',
  Condition: 'belongs to JSONata, which is not supported',
  ItemBatcher: 'belongs to distributed Map states, which are not supported',
  ItemReader: 'belongs to distributed Map states, which are not supported',
  Items: 'belongs to JSONata, which is not supported',
  Label: 'belongs to distributed Map states, which are not supported',
  Output: 'belongs to JSONata, which is not supported',
  ResultWriter: 'belongs to distributed Map states, which are not supported',
};
