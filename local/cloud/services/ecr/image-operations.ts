import type * as sdk from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import { repositoryAccess, type RepositoryRequest } from './ecr-access';
import type { EcrState } from './ecr-state';
import { CONFIGURATION_TYPE, findImage, MANIFEST_TYPE, type Image, type Repository } from './image';
import { imageEvent } from './image-events';
import { moveTag, type ImageReplication } from './image-replication';

export interface ImagePorts {
  readonly state: EcrState;
  readonly context: CloudContext;
  readonly events: EventSink;
  readonly replication: ImageReplication;
}

const PAGE = 100;
const TOKEN_HOURS = 12;

/** Images: what pulls and pushes of tools such as Docker come down to, and what the operator looks at. */
export function imageOperations({ state, context, events, replication }: ImagePorts): Operations<typeof sdk> {
  const access = (input: RepositoryRequest, call: Call): Access[] => [repositoryAccess(state, input, call)];
  const named = ({ registryId, repositoryName }: RepositoryRequest, call: Call): Repository => state.repository(registryId, repositoryName, call);

  return {
    GetAuthorizationToken: {
      access: () => [{ resource: '*' }],
      run: ({ registryIds }, { account, region }) => ({
        authorizationData: (registryIds ?? [account]).map((registry) => ({
          authorizationToken: Buffer.from('AWS:local').toString('base64'),
          expiresAt: new Date(context.clock.nowMs() + TOKEN_HOURS * 3_600_000),
          proxyEndpoint: `https://${registry}.dkr.ecr.${region}.amazonaws.com`,
        })),
      }),
    },
    BatchCheckLayerAvailability: {
      access,
      run: (input, call) => {
        const known = new Map([...named(input, call).images.values()].map(({ content }) => [content.layerDigest, content.sizeBytes]));
        const layers = (input.layerDigests ?? []).map((layerDigest) => {
          const layerSize = known.get(layerDigest);
          return { layerDigest, layerAvailability: layerSize === undefined ? 'UNAVAILABLE' : 'AVAILABLE', ...(layerSize !== undefined && { layerSize }) } as const;
        });
        return { layers, failures: [] };
      },
    },
    GetDownloadUrlForLayer: {
      access,
      run: (input, call) => {
        const { name, region, images } = named(input, call);
        const image = [...images.values()].find(({ content }) => content.layerDigest === input.layerDigest);
        if (!image) throw new AwsError('LayersNotFoundException', `The layer with digest '${input.layerDigest ?? ''}' does not exist in the repository with name '${name}'`);
        image.lastPulledAt = context.clock.now();
        return { layerDigest: input.layerDigest, downloadUrl: `https://prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com/${input.layerDigest ?? ''}` };
      },
    },
    BatchGetImage: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        const images: sdk.Image[] = [];
        const failures: sdk.ImageFailure[] = [];
        for (const imageId of input.imageIds ?? []) {
          const image = findImage(repository, imageId);
          if (image) images.push(describe(repository, image, imageId.imageTag));
          else failures.push({ imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' });
        }
        return { images, failures };
      },
    },
    PutImage: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        const image = [...repository.images.values()].find(({ content }) => content.manifest === input.imageManifest);
        if (!image) throw new AwsError('LayersNotFoundException', `Layers of the manifest do not exist in the repository with name '${repository.name}': the local cloud takes no uploads of layers`);
        if (input.imageDigest !== undefined && input.imageDigest !== image.content.digest) throw new AwsError('ImageDigestDoesNotMatchException', 'The specified image digest does not match the digest that Amazon ECR calculated for the image');
        const { imageTag } = input;
        if (imageTag === undefined || image.tags.has(imageTag)) throw new AwsError('ImageAlreadyExistsException', `Image with digest '${image.content.digest}' and tag '${imageTag ?? ''}' already exists in the repository with name '${repository.name}'`);
        checkTagIsFree(repository, imageTag);
        moveTag(repository, image, imageTag);
        events.emit(imageEvent(repository, image, imageTag, 'PUSH'));
        replication.pushed(repository, image, imageTag);
        return { image: describe(repository, image, imageTag) };
      },
    },
    DescribeImages: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        const wanted = input.imageIds?.map((id) => existing(repository, id)) ?? [...repository.images.values()];
        const fitting = wanted.filter(({ tags }) => input.filter?.tagStatus === undefined || input.filter.tagStatus === 'ANY' || (input.filter.tagStatus === 'TAGGED') === tags.size > 0);
        const page = pageOf(fitting, input.maxResults ?? PAGE, input.nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid nextToken');
        return { imageDetails: page.items.map((image) => detail(repository, image)), ...(page.nextToken && { nextToken: page.nextToken }) };
      },
    },
    ListImages: {
      access,
      run: (input, call) => {
        const ids = [...named(input, call).images.values()].flatMap(({ content, tags }) => (tags.size === 0 ? [{ imageDigest: content.digest }] : [...tags].map((imageTag) => ({ imageDigest: content.digest, imageTag }))));
        const fitting = ids.filter((id) => input.filter?.tagStatus === undefined || input.filter.tagStatus === 'ANY' || (input.filter.tagStatus === 'TAGGED') === 'imageTag' in id);
        const page = pageOf(fitting, input.maxResults ?? PAGE, input.nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid nextToken');
        return { imageIds: [...page.items], ...(page.nextToken && { nextToken: page.nextToken }) };
      },
    },
    BatchDeleteImage: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        const imageIds: sdk.ImageIdentifier[] = [];
        const failures: sdk.ImageFailure[] = [];
        for (const imageId of input.imageIds ?? []) {
          const image = findImage(repository, imageId);
          if (!image) {
            failures.push({ imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' });
            continue;
          }
          // A tag alone takes only the tag away, unless it was the last. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
          if (imageId.imageDigest === undefined && imageId.imageTag !== undefined) image.tags.delete(imageId.imageTag);
          if (imageId.imageDigest !== undefined || image.tags.size === 0) repository.images.delete(image.content.digest);
          imageIds.push({ imageDigest: image.content.digest, ...(imageId.imageTag !== undefined && { imageTag: imageId.imageTag }) });
          events.emit(imageEvent(repository, image, imageId.imageTag, 'DELETE'));
        }
        return { imageIds, failures };
      },
    },
    DescribeImageReplicationStatus: {
      access,
      run: (input, call) => {
        const repository = named(input, call);
        const image = existing(repository, input.imageId ?? {});
        const replicationStatuses = [...image.replication].map(([key, status]) => {
          const [region, registryId] = key.split('/');
          return { region, registryId, status };
        });
        return { repositoryName: repository.name, imageId: { imageDigest: image.content.digest, ...(input.imageId?.imageTag !== undefined && { imageTag: input.imageId.imageTag }) }, replicationStatuses };
      },
    },
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
export function checkTagIsFree(repository: Repository, tag: string): void {
  if (repository.tagMutability === 'IMMUTABLE' && findImage(repository, { imageTag: tag })) {
    throw new AwsError('ImageTagAlreadyExistsException', `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`);
  }
}

function existing(repository: Repository, id: sdk.ImageIdentifier): Image {
  const image = findImage(repository, id);
  if (image) return image;
  const wanted = `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`;
  throw new AwsError('ImageNotFoundException', `The image with imageId ${wanted} does not exist within the repository with name '${repository.name}' in the registry with id '${repository.account}'`);
}

function describe({ account, name }: Repository, { content }: Image, imageTag: string | undefined): sdk.Image {
  return {
    registryId: account,
    repositoryName: name,
    imageId: { imageDigest: content.digest, ...(imageTag !== undefined && { imageTag }) },
    imageManifest: content.manifest,
    imageManifestMediaType: MANIFEST_TYPE,
  };
}

function detail({ account, name }: Repository, { content, tags, pushedAt, lastPulledAt }: Image): sdk.ImageDetail {
  return {
    registryId: account,
    repositoryName: name,
    imageDigest: content.digest,
    imageSizeInBytes: content.sizeBytes,
    imagePushedAt: pushedAt,
    imageManifestMediaType: MANIFEST_TYPE,
    artifactMediaType: CONFIGURATION_TYPE,
    ...(tags.size > 0 && { imageTags: [...tags] }),
    ...(lastPulledAt && { lastRecordedPullTime: lastPulledAt }),
  };
}
