import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Place } from '../gateway/service';
import type { Template } from './intrinsic-resolver';
import type { ImageAsset, Stack } from './stack-deployment';

/** What `cdk synth` wrote: stacks in deployment order, and where their assets are. */
export interface CloudAssembly {
  readonly stacks: readonly Stack[];
  /** The directory of a file asset, by the object key that templates name. */
  assetDirectory(objectKey: string): string;
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string; readonly tags?: Readonly<Record<string, string>> };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path: string; readonly packaging: string }; readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }>>;
  readonly dockerImages?: Readonly<Record<string, { readonly source: DockerSource; readonly destinations: Readonly<Record<string, ImageDestination>> }>>;
}

interface DockerSource {
  readonly directory: string;
  readonly dockerFile?: string;
  readonly dockerBuildArgs?: Readonly<Record<string, string>>;
}

interface ImageDestination {
  readonly repositoryName: string;
  readonly imageTag: string;
  readonly region: string;
  readonly assumeRoleArn?: string;
}

/** Reads a cloud assembly from its directory. */
export function readCloudAssembly(directory: string): CloudAssembly {
  const { artifacts } = readJson(path.join(directory, 'manifest.json')) as Manifest;
  const assets = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type === 'cdk:asset-manifest' && properties?.file) collectAssets(directory, properties.file, assets);
  }
  const stackIds = Object.keys(artifacts).filter((id) => artifacts[id]?.type === 'aws:cloudformation:stack');
  return {
    stacks: inDependencyOrder(stackIds, artifacts).map((id) => ({ ...readStack(directory, id, artifacts[id] as Artifact), images: imagesOf(directory, id, artifacts) })),
    assetDirectory: (objectKey) => {
      const found = assets.get(objectKey);
      if (!found) throw new Error(`the cloud assembly has no asset ${objectKey}`);
      return found;
    },
  };
}

function collectAssets(directory: string, file: string, assets: Map<string, string>): void {
  const { files = {} } = readJson(path.join(directory, file)) as AssetManifest;
  for (const { source, destinations } of Object.values(files)) {
    for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, path.join(directory, source.path));
  }
}

/** The images in the asset manifests that a stack depends on. */
function imagesOf(directory: string, id: string, artifacts: Manifest['artifacts']): readonly ImageAsset[] {
  const { account } = placeOf(id, artifacts[id]?.environment);
  return (artifacts[id]?.dependencies ?? []).flatMap((dependency) => {
    const { type, properties } = artifacts[dependency] ?? {};
    if (type !== 'cdk:asset-manifest' || !properties?.file) return [];
    const { dockerImages = {} } = readJson(path.join(directory, properties.file)) as AssetManifest;
    return Object.values(dockerImages).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ repositoryName, imageTag, region, assumeRoleArn }) => ({
        // The publishing role is in the account where the image goes.
        place: { account: /::(\d{12}):/.exec(assumeRoleArn ?? '')?.[1] ?? account, region },
        repositoryName,
        tag: imageTag,
        directory: path.join(directory, source.directory),
        dockerfile: source.dockerFile,
        buildArguments: source.dockerBuildArgs,
      })),
    );
  });
}

function placeOf(id: string, environment = ''): Place {
  const match = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(environment);
  if (!match) throw new Error(`stack ${id} has no account and region: ${environment}`);
  const [, account = '', region = ''] = match;
  return { account, region };
}

function readStack(directory: string, id: string, { environment, properties }: Artifact): Stack {
  const template = readJson(path.join(directory, properties?.templateFile ?? '')) as Template;
  return { ...placeOf(id, environment), name: properties?.stackName ?? id, template, tags: properties?.tags ?? {} };
}

function inDependencyOrder(ids: readonly string[], artifacts: Readonly<Record<string, Artifact>>): string[] {
  const order = new Set<string>();
  const visit = (id: string) => {
    if (order.has(id)) return;
    for (const dependency of artifacts[id]?.dependencies ?? []) if (ids.includes(dependency)) visit(dependency);
    order.add(id);
  };
  ids.forEach(visit);
  return [...order];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
