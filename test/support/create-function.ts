import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { crc32 } from 'node:zlib';
import type { LocalCloud } from '../../local/cloud/local-cloud';
import type { Place } from '../../local/cloud/gateway/service';

/** Creates a function from the source of its `index.js`, and waits until it can be invoked; returns its ARN. */
export async function createFunctionFrom(cloud: LocalCloud, place: Place, FunctionName: string, Role: string, source: string): Promise<string> {
  const ZipFile = zipOf('index.js', Buffer.from(source));
  const { FunctionArn } = await cloud.client(LambdaClient, place).send(new CreateFunctionCommand({ FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler', Role, Code: { ZipFile } }));
  await cloud.clock.pass(10_000);
  return FunctionArn!;
}

/** An archive of one file, stored without compression. */
function zipOf(name: string, content: Buffer): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), content]);
  const central = Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), shared, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}
