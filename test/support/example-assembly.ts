import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCloudAssembly, type CloudAssembly } from '../../local/cloud/deploy/cloud-assembly';
import { synthesize } from '../../local/rehearsal/synthesize';

/** Synthesizing takes seconds; on a busy machine, and after somebody else's, minutes. */
export const SYNTHESIS_LIMIT_MS = 300_000;

export const ROOT = path.resolve(__dirname, '..', '..');

/** A resource of a template and where it stands. */
export interface DeclaredResource {
  readonly stack: string;
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface ExampleAssembly extends CloudAssembly {
  readonly directory: string;
  /** All resources of these types, or all. */
  resources(...types: string[]): readonly DeclaredResource[];
}

/** The whole app of the example environment, as `cdk deploy` would deploy it. */
export async function exampleAssembly(): Promise<ExampleAssembly> {
  const directory = await synthesize('example');
  const assembly = readCloudAssembly(directory);
  const all = assembly.stacks.flatMap(({ name, template }) => Object.entries(template.Resources).map(([id, { Type, Properties = {} }]) => ({ stack: name, id, Type, Properties })));
  return { ...assembly, directory, resources: (...types) => (types.length === 0 ? all : all.filter(({ Type }) => types.includes(Type))) };
}

/** What a resource's properties have at a path such as `LoggingConfig.LogFormat`; nothing when the path leads nowhere. */
export function at({ Properties }: DeclaredResource, propertyPath: string): unknown {
  return propertyPath.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], Properties);
}

/** `<stack>/<logical id>`: what a failing test should show. */
export function placeOf({ stack, id }: DeclaredResource): string {
  return `${stack}/${id}`;
}

/** A document of the repository. */
export function readDocument(...parts: string[]): string {
  return readFileSync(path.join(ROOT, ...parts), 'utf8');
}
