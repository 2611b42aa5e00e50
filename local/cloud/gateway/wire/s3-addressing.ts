import type { HttpRequest } from './http-message';

const VIRTUAL_HOST = /^(.+)\.s3[.-][a-z0-9-]+\.amazonaws\.com(?::\d+)?$/;

/**
 * Takes the bucket out of host or path, so that the rest of the path is what the S3 model's patterns describe,
 * and hands it on as the parameter `Bucket` in a header of the gateway's own.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function addressS3(request: HttpRequest): HttpRequest {
  const host = VIRTUAL_HOST.exec(request.headers['host'] ?? '');
  if (host) return { ...request, headers: { ...request.headers, [BUCKET_HEADER]: host[1] ?? '' } };
  const match = /^\/([^/]+)(\/.*)?$/.exec(request.path);
  if (!match) return request;
  return { ...request, path: match[2] ?? '/', headers: { ...request.headers, [BUCKET_HEADER]: decodeURIComponent(match[1] ?? '') } };
}

/** Never seen on a wire: the name by which the codec finds the bucket of an S3 request. */
export const BUCKET_HEADER = ':bucket';
