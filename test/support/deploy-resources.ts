import type { LocalCloud } from '../../local/cloud/local-cloud';
import type { DeployedStack } from '../../local/cloud/deploy/stack-deployment';
import type { Place } from '../../local/cloud/gateway/service';

/** Deploys template resources as a stack of their own. */
export async function deployResources(cloud: LocalCloud, place: Place, resources: Readonly<Record<string, { Type: string; Properties?: Record<string, unknown>; DependsOn?: readonly string[] }>>, name = 'Stack'): Promise<DeployedStack> {
  const assembly = {
    stacks: [{ ...place, name, tags: {}, template: { Resources: resources } }],
    assetDirectory: (objectKey: string): string => {
      throw new Error(`no asset ${objectKey}`);
    },
  };
  const [deployed] = await cloud.deploy(assembly);
  return deployed!;
}
