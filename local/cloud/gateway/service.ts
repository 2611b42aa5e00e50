import { AwsError } from './aws-error';
import type { KeyGrant } from './iam/kms-grants';
import type { Principal } from './principal';
import { loadServiceModel, type SdkModule, type ServiceModel } from './wire/service-model';

/** What the caller of an operation is asked to prove, before the operation runs. */
export interface Access {
  /** The IAM action, by default the service's prefix and the operation's name. */
  readonly action?: string;
  /** The ARN it concerns, or `*` for actions without resource-level permissions. */
  readonly resource: string;
  /** Condition keys beyond the global ones, such as `kms:ViaService` or `aws:RequestTag/team`. */
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** The policy that guards the resource, where there is one. */
  readonly policy?: ResourcePolicy;
}

export type ContextValue = string | number | boolean | readonly string[];

/** The policy of a resource and how much it decides: see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export interface ResourcePolicy {
  readonly kind: 'ordinary' | 'key' | 'trust';
  /** The account that owns the resource. */
  readonly account: string;
  readonly document: string | undefined;
  /** Of a KMS key. */
  readonly grants?: readonly KeyGrant[];
}

/** Where and for whom an operation runs. */
export interface Call {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId: string;
  /** The service that makes the call with the caller's permissions, such as RDS using a KMS key for its caller. */
  readonly via: string | undefined;
  /** The VPC endpoint through which the call came; absent when it came over the internet or from within the cloud. */
  readonly passage?: EndpointPassage | undefined;
}

/** A VPC endpoint on the way of a call. */
export interface EndpointPassage {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  /** What the endpoint's policy lets pass; absent lets everything pass. */
  readonly policyDocument: string | undefined;
}

/** One operation of an API: what it asks of IAM, and what it does. */
export interface Operation<Input, Output> {
  readonly access: (input: Input, call: Call) => readonly Access[];
  readonly run: (input: Input, call: Call) => Promise<Output> | Output;
}

type CommandClass = abstract new (...args: never[]) => unknown;
export type OperationName<Sdk> = {
  [Key in keyof Sdk]: Key extends `${infer Name}Command` ? (Sdk[Key] extends CommandClass ? Name : never) : never;
}[keyof Sdk];

/** The input type of an operation, from the SDK's command class. */
export type InputOf<Sdk, Name extends string> =
  Sdk extends Record<`${Name}Command`, abstract new (...args: infer Args) => unknown> ? NonNullable<Args[0]> : never;

/** The output type of an operation, without the SDK's metadata. */
export type OutputOf<Sdk, Name extends string> =
  Sdk extends Record<`${Name}Command`, abstract new (...args: never[]) => { resolveMiddleware(...args: never[]): infer Handler }>
    ? Handler extends (...args: never[]) => Promise<{ output: infer Output }>
      ? Omit<Output, '$metadata'>
      : never
    : never;

/** Some operations of an API, each typed by the SDK's own command. */
export type Operations<Sdk> = {
  readonly [Name in OperationName<Sdk>]?: Operation<InputOf<Sdk, Name>, OutputOf<Sdk, Name>>;
};

/** An AWS API of the local cloud. Operations that are in the model but not here answer 501. */
export interface Service {
  readonly model: ServiceModel;
  readonly iamPrefix: string;
  readonly operations: ReadonlyMap<string, Operation<Record<string, unknown>, Record<string, unknown>>>;
}

/** Puts the operations of an API together with its model. `iamPrefix` is given where it differs from the signing name. */
export function defineService<Sdk extends object>(sdk: Sdk, name: string, operations: Operations<Sdk>, iamPrefix: string = name): Service {
  const model = loadServiceModel(sdk as SdkModule, name);
  const untyped = operations as unknown as Record<string, Operation<Record<string, unknown>, Record<string, unknown>>>;
  const unknown = Object.keys(untyped).filter((operation) => !model.operations.has(operation));
  if (unknown.length > 0) throw new Error(`${name} has no operation ${unknown.join(', ')}`);
  return { model, iamPrefix, operations: new Map(Object.entries(untyped)) };
}

/** One store per account and region: what AWS keeps apart stays apart. */
export class PerRegion<State> {
  private readonly states = new Map<string, State>();

  constructor(private readonly create: (place: Place) => State) {}

  in({ account, region }: Place): State {
    const key = `${account}/${region}`;
    const known = this.states.get(key) ?? this.create({ account, region });
    this.states.set(key, known);
    return known;
  }

  all(): readonly (readonly [Place, State])[] {
    return [...this.states].map(([key, state]) => {
      const [account = '', region = ''] = key.split('/');
      return [{ account, region }, state];
    });
  }
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Returns the value, or throws the error: for looking things up. */
export function found<T>(value: T | undefined, code: string, message: string): T {
  if (value === undefined) throw new AwsError(code, message);
  return value;
}
