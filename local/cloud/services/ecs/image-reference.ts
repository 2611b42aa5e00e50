/** An image in a registry of ECR. */
export interface ImageReference {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly id: { readonly imageTag: string } | { readonly imageDigest: string };
}

const ECR_IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Reads `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>` or `@<digest>`; nothing for images elsewhere. */
export function parseImageReference(image: string): ImageReference | undefined {
  const match = ECR_IMAGE.exec(image);
  if (!match) return undefined;
  const [, account = '', region = '', repositoryName = '', imageTag = 'latest', imageDigest] = match;
  return { account, region, repositoryName, id: imageDigest === undefined ? { imageTag } : { imageDigest } };
}
