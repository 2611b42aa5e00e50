import { BatchCheckLayerAvailabilityCommand, BatchGetImageCommand, GetAuthorizationTokenCommand, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { Fabric } from '../../network/fabric';
import type { InterfaceSource } from '../../network/network-source';
import type { EcrState } from '../ecr/ecr-state';
import { findImage, type ImageContent } from '../ecr/image';
import { parseImageReference, type ImageReference } from './image-reference';

/** A task could not be started; the message is its `stoppedReason`. */
export class TaskStartFailure extends Error {
  override readonly name = 'TaskStartFailure';
}

export interface PullPorts {
  readonly registries: EcrState;
  readonly fabric: Fabric;
}

/**
 * Fetches an image as Fargate does: with the execution role's permissions, over the task's own network interface.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
 */
export async function pullImage({ registries, fabric }: PullPorts, image: string, role: CloudClient | undefined, source: InterfaceSource): Promise<ImageContent> {
  const reference = parseImageReference(image);
  if (!reference) throw cannotPull(`pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: the local cloud has images of ECR alone`);
  if (!role) throw new TaskStartFailure('ResourceInitializationError: unable to pull secrets or registry auth: The task definition has no execution role');
  await requireReachable(fabric, source, [`api.ecr.${reference.region}.amazonaws.com`, `${reference.account}.dkr.ecr.${reference.region}.amazonaws.com`, `prod-${reference.region}-starport-layer-bucket.s3.${reference.region}.amazonaws.com`]);
  const ecr = role.inRegion(reference.region);
  await asRegistryAuth(ecr.send(new GetAuthorizationTokenCommand({})));
  const digest = await fetchManifest(ecr, image, reference);
  const content = findImage(registries.repository(reference.account, reference.repositoryName, reference), { imageDigest: digest })?.content;
  if (!content) throw notFound(image);
  const { repositoryName, account: registryId } = reference;
  try {
    await ecr.send(new BatchCheckLayerAvailabilityCommand({ registryId, repositoryName, layerDigests: [content.layerDigest] }));
    await ecr.send(new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest: content.layerDigest }));
  } catch (error) {
    throw refused(error, image);
  }
  return content;
}

async function fetchManifest(ecr: CloudClient, image: string, { account, repositoryName, id }: ImageReference): Promise<string> {
  let found;
  try {
    found = await ecr.send(new BatchGetImageCommand({ registryId: account, repositoryName, imageIds: [id] }));
  } catch (error) {
    if (error instanceof AwsError && error.code === 'RepositoryNotFoundException') throw notFound(image);
    throw refused(error, image);
  }
  const digest = found.images?.[0]?.imageId?.imageDigest;
  if (digest === undefined) throw notFound(image);
  return digest;
}

async function requireReachable(fabric: Fabric, source: InterfaceSource, hosts: readonly string[]): Promise<void> {
  for (const host of hosts) {
    const { verdict, close } = await fabric.connect(source, host, 443);
    close();
    if (verdict.kind === 'open') continue;
    throw new TaskStartFailure(`ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. dial tcp ${host}:443: i/o timeout`);
  }
}

async function asRegistryAuth(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new TaskStartFailure(`ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: ${error.code}: ${error.message}`);
  }
}

function notFound(image: string): TaskStartFailure {
  return cannotPull(`pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`);
}

function refused(error: unknown, image: string): unknown {
  return error instanceof AwsError ? cannotPull(`pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: ${error.code}: ${error.message}`) : error;
}

function cannotPull(message: string): TaskStartFailure {
  return new TaskStartFailure(`CannotPullContainerError: ${message}`);
}
