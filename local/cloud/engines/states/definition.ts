import type { Json, JsonObject } from './json';

/** A state machine as the Amazon States Language writes it (https://states-language.net/spec.html), after it has passed the lint. */
export interface MachineDefinition extends StatesScope {
  readonly TimeoutSeconds?: number;
}

/** States that can reach each other: a machine, a branch of a Parallel state, the processor of a Map state. */
export interface StatesScope {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** One state, told apart by its `Type`. */
export type State = ChoiceState | FailState | MapState | ParallelState | PassState | SucceedState | TaskState | WaitState;

/** The eight types of state. */
export type StateType = State['Type'];

interface InputOutput {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface Transition {
  readonly Next?: string;
  readonly End?: boolean;
}

interface ResultHandling {
  readonly Parameters?: JsonObject;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
}

interface ErrorHandling {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** One way to try again after an error. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** Where to go on after an error that nothing retries. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

/** Work done by something else. */
export interface TaskState extends InputOutput, Transition, ResultHandling, ErrorHandling {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number;
  readonly HeartbeatSecondsPath?: string;
  readonly Credentials?: JsonObject;
}

/** A state that reshapes its input. */
export interface PassState extends InputOutput, Transition, ResultHandling {
  readonly Type: 'Pass';
  readonly Result?: Json;
}

/** A state that decides what comes next. */
export interface ChoiceState extends InputOutput {
  readonly Type: 'Choice';
  readonly Choices: readonly (ChoiceRule & { readonly Next: string })[];
  readonly Default?: string;
}

/** Either And, Or or Not, or a Variable with one comparison such as `StringEquals`. */
export interface ChoiceRule {
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  readonly Variable?: string;
  readonly [comparison: string]: unknown;
}

/** A state that lets time pass. */
export interface WaitState extends InputOutput, Transition {
  readonly Type: 'Wait';
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

/** A state that ends its scope well. */
export interface SucceedState extends InputOutput {
  readonly Type: 'Succeed';
}

/** A state that ends its scope with an error. */
export interface FailState {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** Different scopes with the same input, at the same time. */
export interface ParallelState extends InputOutput, Transition, ResultHandling, ErrorHandling {
  readonly Type: 'Parallel';
  readonly Branches: readonly StatesScope[];
}

/** The same scope for each item of an array. */
export interface MapState extends InputOutput, Transition, ResultHandling, ErrorHandling {
  readonly Type: 'Map';
  readonly ItemProcessor?: StatesScope;
  /** The former name of `ItemProcessor`. */
  readonly Iterator?: StatesScope;
  readonly ItemsPath?: string;
  /** `Parameters` is its former name. */
  readonly ItemSelector?: JsonObject;
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: number;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number;
  readonly ToleratedFailurePercentagePath?: string;
}
