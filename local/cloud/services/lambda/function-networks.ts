import type { NetworkView } from '../../network/confined-process';
import type { Fabric } from '../../network/fabric';
import type { Place } from '../../gateway/service';
import type { FunctionSettings } from './function-settings';
import type { FunctionVersion, LambdaFunction } from './lambda-function';

/** Puts functions into VPCs. */
export class FunctionNetworks {
  constructor(private readonly fabric: Fabric) {}

  /** How the instances of a version see the network. */
  viewOf(lambda: LambdaFunction, _version: FunctionVersion): NetworkView {
    return this.fabric.viewOf({ kind: 'internet', name: `function ${lambda.name}`, region: lambda.region });
  }

  async attach(_settings: FunctionSettings, _place: Place, _functionName: string): Promise<readonly string[]> {
    return [];
  }

  async release(_version: FunctionVersion, _place: Place): Promise<void> {
    return;
  }

  vpcIdOf(_subnetId: string): string | undefined {
    return undefined;
  }
}
