import type { HttpRequest } from './http-message';

/**
 * Unwraps a body in `aws-chunked` coding, which the SDKs use for S3 uploads with a trailing checksum, and takes the trailers for headers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeAwsChunked(request: HttpRequest): HttpRequest {
  if (!/\baws-chunked\b/.test(request.headers['content-encoding'] ?? '')) return request;
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = request.body.indexOf('\r\n', position);
    if (lineEnd < 0) break;
    const size = Number.parseInt(request.body.toString('latin1', position, lineEnd), 16);
    if (!(size > 0)) {
      position = lineEnd + 2;
      break;
    }
    chunks.push(request.body.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
  const { 'content-encoding': coding = '', ...headers } = request.headers;
  const remaining = coding.split(',').map((part) => part.trim()).filter((part) => part !== 'aws-chunked').join(',');
  const body = Buffer.concat(chunks);
  const trailers = readTrailers(request.body.subarray(position));
  return { ...request, body, headers: { ...headers, ...trailers, ...(remaining && { 'content-encoding': remaining }), 'content-length': String(body.length) } };
}

function readTrailers(bytes: Buffer): Readonly<Record<string, string>> {
  const lines = bytes.toString('latin1').split('\r\n').filter((line) => line.includes(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
}
