import { createHash } from 'node:crypto';
import type { CloudClient } from '../gateway/cloud-client';
import type { CloudClock } from '../gateway/clock';
import type { Place } from '../gateway/service';
import { resolveDynamicReferences } from './dynamic-references';
import { IntrinsicResolver, referencesIn, type Template, type TemplateResource } from './intrinsic-resolver';
import { withParameterValues } from './parameter-values';
import type { DeployedResource, ResourceContext, ResourceProviders } from './resource-provider';
import { TemplateError, TemplateProperties } from './template-properties';

/** One stack of a cloud assembly. */
export interface Stack extends Place {
  readonly name: string;
  readonly template: Template;
  readonly tags: Readonly<Record<string, string>>;
  /** Container images that `cdk deploy` builds and pushes before it creates the stack. @default none */
  readonly images?: readonly ImageAsset[];
}

/** An image to be built from a directory with a Dockerfile, and where it is to be pushed. */
export interface ImageAsset {
  readonly place: Place;
  readonly repositoryName: string;
  readonly tag: string;
  readonly directory: string;
  readonly dockerfile: string | undefined;
  readonly buildArguments: Readonly<Record<string, string>> | undefined;
}

/** What a stack consists of once it is deployed. */
export interface DeployedStack extends Place {
  readonly name: string;
  readonly resources: ReadonlyMap<string, DeployedResource & { readonly type: string }>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface StackDeploymentPorts {
  readonly providers: ResourceProviders;
  readonly aws: CloudClient;
  readonly clock: CloudClock;
  readonly exports: Map<string, unknown>;
  assetDirectory(objectKey: string): string;
}

/** Resources that exist for the CDK's own purposes and mean nothing to a cloud. */
const IGNORED_TYPES = new Set(['AWS::CDK::Metadata']);

/**
 * Creates the resources of one stack as CloudFormation does: side by side, each when those are there that it refers to. What does
 * not need one that cannot be created is there all the same.
 */
export async function deployStack(declared: Stack, ports: StackDeploymentPorts): Promise<DeployedStack> {
  const stack = { ...declared, template: await withParameterValues(declared.template, ports.aws) };
  const deployed = new Map<string, DeployedResource & { readonly type: string }>();
  const resolver = new IntrinsicResolver(stack.template, stack, stack.name, {
    ref: (id) => known(deployed, stack, id).ref,
    attribute: (id, name) => {
      const value = known(deployed, stack, id).attributes?.[name];
      if (value === undefined) throw new TemplateError(`${stack.name}.${id} has no attribute ${name} in the local cloud`);
      return value;
    },
    importValue: (name) => {
      if (!ports.exports.has(name)) throw new TemplateError(`${stack.name}: no stack exports ${name}`);
      return ports.exports.get(name);
    },
  });
  const create = async (id: string): Promise<void> => {
    const resource = stack.template.Resources[id] as TemplateResource;
    if (IGNORED_TYPES.has(resource.Type) || (resource.Condition && !resolver.holds(resource.Condition))) return;
    deployed.set(id, { type: resource.Type, ...(await createResource(stack, id, resource, resolver, ports)) });
  };
  const begun = new Map<string, Promise<void>>();
  for (const id of creationOrder(stack.template)) {
    const dependencies = dependenciesOf(stack.template, id).flatMap((dependency) => begun.get(dependency) ?? []);
    begun.set(id, Promise.all(dependencies).then(() => create(id)));
  }
  const failed = (await Promise.allSettled(begun.values())).find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return { ...stack, resources: deployed, outputs: resolveOutputs(stack, resolver, ports) };
}

async function createResource(stack: Stack, id: string, resource: TemplateResource, resolver: IntrinsicResolver, ports: StackDeploymentPorts): Promise<DeployedResource> {
  const path = `${stack.name}.${id}`;
  const provider = ports.providers[resource.Type];
  if (!provider) throw new TemplateError(`${path}: the local cloud has no ${resource.Type}`);
  let created;
  let properties;
  try {
    const resolved = await resolveDynamicReferences(resolver.resolve(resource.Properties ?? {}), ports.aws);
    properties = new TemplateProperties(resolved as Record<string, unknown>, path);
    created = await provider.create(properties, contextOf(stack, id, ports));
  } catch (error) {
    throw new TemplateError(`${path} (${resource.Type}): ${(error as Error).message}`, { cause: error });
  }
  const unread = properties.unreadPaths();
  if (unread.length > 0) throw new TemplateError(`the local cloud's ${resource.Type} does not understand ${unread.join(', ')}`);
  return created;
}

function contextOf({ account, region, name }: Stack, logicalId: string, ports: StackDeploymentPorts): ResourceContext {
  return {
    account,
    region,
    stackName: name,
    logicalId,
    aws: ports.aws,
    clock: ports.clock,
    generatedName: (maxLength = 64) => generatedName(`${name}-${logicalId}`, `${account}/${region}`, maxLength),
    assetDirectory: (objectKey) => ports.assetDirectory(objectKey),
  };
}

/** The same stack gets the same names in every run: reports can be compared. */
function generatedName(base: string, scope: string, maxLength: number): string {
  const suffix = createHash('sha256').update(`${scope}/${base}`).digest('hex').slice(0, 12).toUpperCase();
  return `${base.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}

function creationOrder(template: Template): string[] {
  const order: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const visit = (id: string, trail: readonly string[]) => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'visiting') throw new TemplateError(`resources refer to each other in a circle: ${[...trail, id].join(' -> ')}`);
    state.set(id, 'visiting');
    for (const dependency of dependenciesOf(template, id)) visit(dependency, [...trail, id]);
    state.set(id, 'done');
    order.push(id);
  };
  for (const id of Object.keys(template.Resources)) visit(id, []);
  return order;
}

function dependenciesOf(template: Template, id: string): string[] {
  const resource = template.Resources[id] as TemplateResource;
  const declared = resource.DependsOn === undefined ? [] : [resource.DependsOn].flat();
  return [...declared, ...referencesIn(resource.Properties)].filter((name) => name in template.Resources);
}

function known(deployed: ReadonlyMap<string, DeployedResource>, stack: Stack, id: string): DeployedResource {
  const resource = deployed.get(id);
  if (!resource) throw new TemplateError(`${stack.name}: nothing is called ${id}`);
  return resource;
}

function resolveOutputs(stack: Stack, resolver: IntrinsicResolver, ports: StackDeploymentPorts): Record<string, unknown> {
  const outputs = Object.entries(stack.template.Outputs ?? {}).map(([name, output]) => {
    const value = resolver.resolve(output.Value);
    if (output.Export) ports.exports.set(resolver.resolve(output.Export.Name) as string, value);
    return [name, value] as const;
  });
  return Object.fromEntries(outputs);
}
