/**
 * Decodes a body in which every chunk stands behind its length (`aws-chunked`), and drops the trailer with its
 * checksum (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).
 */
export async function* decodeAwsChunks(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  let remaining = 0;
  let finished = false;
  for await (const piece of body) {
    if (finished) continue;
    pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
    while (pending.length > 0 && !finished) {
      if (remaining > 2) {
        // The two bytes beyond the data are the line end behind it.
        const data = pending.subarray(0, Math.min(remaining - 2, pending.length));
        yield data;
        remaining -= data.length;
        pending = pending.subarray(data.length);
      } else if (remaining > 0) {
        const skipped = Math.min(remaining, pending.length);
        remaining -= skipped;
        pending = pending.subarray(skipped);
      } else {
        const lineEnd = pending.indexOf('\r\n');
        if (lineEnd === -1) break;
        const length = parseInt(pending.toString('latin1', 0, lineEnd), 16);
        pending = pending.subarray(lineEnd + 2);
        finished = !(length > 0);
        remaining = finished ? 0 : length + 2;
      }
    }
  }
  if (!finished) throw new Error('the chunked body ended early');
}
