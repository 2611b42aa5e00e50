import { DefaultStackSynthesizer, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface HoldfastStackProps extends StackProps {
  readonly env: { readonly account: string; readonly region: string };
  /** System that the stack belongs to, as in `lib/<system>` and `docs/runbooks/<system>.md`. */
  readonly system: string;
}

/** A stack that synthesizes without looking anything up. */
export class HoldfastStack extends Stack {
  readonly system: string;

  constructor(scope: Construct, id: string, { system, ...props }: HoldfastStackProps) {
    super(scope, id, { terminationProtection: true, synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }), tags: { 'holdfast:system': system }, ...props });
    this.system = system;
  }

  /** The first three zones of the region, found at deployment: asking the account here would make synthesis depend on who runs it. */
  override get availabilityZones(): string[] {
    return [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs()));
  }
}
