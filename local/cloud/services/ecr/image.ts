import type { Place } from '../../gateway/service';

/** What an image says about how its program runs. */
export interface ImageConfiguration {
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly exposedPorts: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string | undefined;
}

/** What an image consists of, wherever it is stored: the same content has the same digest everywhere. */
export interface ImageContent {
  /** `sha256:...` of the manifest. */
  readonly digest: string;
  readonly manifest: string;
  readonly layerDigest: string;
  readonly sizeBytes: number;
  readonly configuration: ImageConfiguration;
  /** Where the files of the working directory are on this machine. */
  readonly directory: string;
}

/** An image in a repository. */
export interface Image {
  readonly content: ImageContent;
  readonly tags: Set<string>;
  readonly pushedAt: Date;
  lastPulledAt: Date | undefined;
  /** How its copies elsewhere are coming along, by `region/account`. */
  readonly replication: Map<string, ReplicationStatus>;
}

export type ReplicationStatus = 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';

/** A repository of a registry, which each account has one of in each region. */
export interface Repository extends Place {
  readonly name: string;
  readonly arn: string;
  readonly uri: string;
  readonly createdAt: Date;
  readonly encryption: { readonly type: 'AES256' | 'KMS' | 'KMS_DSSE'; readonly kmsKey: string | undefined };
  tagMutability: 'MUTABLE' | 'IMMUTABLE';
  scanOnPush: boolean;
  lifecyclePolicy: { readonly text: string; readonly evaluatedAt: Date } | undefined;
  policy: string | undefined;
  tags: Record<string, string>;
  /** By digest. */
  readonly images: Map<string, Image>;
}

export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
export const CONFIGURATION_TYPE = 'application/vnd.docker.container.image.v1+json';
export const LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** The image with this digest or tag. */
export function findImage(repository: Repository, { imageDigest, imageTag }: { readonly imageDigest?: string | undefined; readonly imageTag?: string | undefined }): Image | undefined {
  if (imageDigest !== undefined) {
    const image = repository.images.get(imageDigest);
    return imageTag === undefined || image?.tags.has(imageTag) ? image : undefined;
  }
  return [...repository.images.values()].find(({ tags }) => imageTag !== undefined && tags.has(imageTag));
}
