/** A change that takes time: the state it leads through, and for how long. */
interface Transition {
  readonly from: string;
  readonly to: string;
  readonly delayMs: number;
}

/**
 * How a function comes to be ready.
 *
 * Until `Active` it cannot be invoked, and until `Successful` not changed again; meanwhile the old configuration serves.
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export const FUNCTION_LIFE_CYCLE = {
  create: { from: 'Pending', to: 'Active', delayMs: 3_000 },
  /** "The creation process for the network interface ... can take several minutes": https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
  createInVpc: { from: 'Pending', to: 'Active', delayMs: 90_000 },
  update: { from: 'InProgress', to: 'Successful', delayMs: 2_000 },
  updateIntoVpc: { from: 'InProgress', to: 'Successful', delayMs: 90_000 },
} as const satisfies Record<string, Transition>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html#lambda-Type-EventSourceMappingConfiguration-State */
export const EVENT_SOURCE_LIFE_CYCLE = {
  create: { from: 'Creating', to: 'Enabled', delayMs: 10_000 },
} as const satisfies Record<string, Transition>;
