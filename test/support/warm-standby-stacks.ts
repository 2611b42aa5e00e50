import { App } from 'aws-cdk-lib';
import { parseDeployment, type DeploymentDescription } from '../../lib/config/deployment';
import { environment } from '../../lib/config/environments/example';
import { addWarmStandby } from '../../lib/warm-standby/add-warm-standby';
import { readDocument, type DeclaredResource } from './example-assembly';

/** With what stands beside its properties. */
interface StackResource extends DeclaredResource {
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
}

/** The resources of a stack, which is named by the end of its name: all, or those of these types. */
export type StackResources = (stack: string, ...types: string[]) => readonly StackResource[];

interface Template {
  readonly Resources: Readonly<Record<string, Omit<StackResource, 'stack' | 'id' | 'Properties'> & Partial<Pick<StackResource, 'Properties'>>>>;
}

/** The stacks of the example's warm standby, or of one that differs from it. Bundles and image must have been built. */
export function warmStandbyStacks(changes: Partial<DeploymentDescription> = {}): StackResources {
  const { context } = JSON.parse(readDocument('cdk.json')) as { context: Record<string, unknown> };
  const app = new App({ context });
  addWarmStandby(app, parseDeployment({ ...environment, ...changes }));
  const stacks = app.synth().stacks.map(({ stackName, template }) => ({ stackName, resources: (template as Template).Resources }));
  return (stack, ...types) =>
    stacks
      .filter(({ stackName }) => stackName.endsWith(stack))
      .flatMap(({ stackName, resources }) => Object.entries(resources).map(([id, { Properties = {}, ...rest }]) => ({ ...rest, stack: stackName, id, Properties })))
      .filter(({ Type }) => types.length === 0 || types.includes(Type));
}
