import { decodeAwsChunks } from '../../../../../../local/cloud/engines/snowflake/stages/aws-chunked';

async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

async function decode(text: string, size: number): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of decodeAwsChunks(cut(text, size))) parts.push(part);
  return Buffer.concat(parts).toString();
}

const BODY = '5\r\nhello\r\n6;chunk-signature=abc\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n';

describe('decodeAwsChunks', () => {
  test.each([1, 2, 3, 7, 1000])('joins the chunks when the body arrives in pieces of %i bytes', async (size) => {
    await expect(decode(BODY, size)).resolves.toBe('hello world');
  });

  test('fails when the body ends before the last chunk', async () => {
    await expect(decode('5\r\nhel', 100)).rejects.toThrow('ended early');
  });
});
