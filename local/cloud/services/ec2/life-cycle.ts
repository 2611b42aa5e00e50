/** A change that takes time: the state it leads through, and for how long. */
interface Transition {
  readonly from: string;
  readonly to: string;
  readonly delayMs: number;
}

/** What is not there at once when it has been asked for. */
export const EC2_LIFE_CYCLE = {
  /** https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html: "the status ... is Pending ... changes to Available" within minutes. */
  natGatewayCreated: { from: 'pending', to: 'available', delayMs: 90_000 },
  natGatewayDeleted: { from: 'deleting', to: 'deleted', delayMs: 60_000 },
  /** https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#concepts-vpc-endpoints: pending while AWS makes its interfaces. */
  interfaceEndpointCreated: { from: 'pending', to: 'available', delayMs: 60_000 },
  /** https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle */
  peeringRequested: { from: 'initiating-request', to: 'pending-acceptance', delayMs: 1_000 },
  peeringAccepted: { from: 'provisioning', to: 'active', delayMs: 2_000 },
} as const satisfies Record<string, Transition>;
