import { inflateRawSync, crc32 } from 'node:zlib';

/** A file in an archive, by its path with slashes. */
export interface ArchivedFile {
  readonly path: string;
  readonly content: Buffer;
}

const SIGNATURE = { localFile: 0x04034b50, centralFile: 0x02014b50, end: 0x06054b50 } as const;
const SIZE = { localFile: 30, centralFile: 46, end: 22 } as const;
const METHOD = { stored: 0, deflated: 8 } as const;
const VERSION = 20;

/** Reads a ZIP archive. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function readZip(archive: Buffer): readonly ArchivedFile[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw new Error('the archive has no end record');
  const files: ArchivedFile[] = [];
  let offset = archive.readUInt32LE(end + 16);
  for (let remaining = archive.readUInt16LE(end + 10); remaining > 0; remaining -= 1) {
    if (archive.readUInt32LE(offset) !== SIGNATURE.centralFile) throw new Error(`the archive has no file record at ${offset}`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => archive.readUInt16LE(offset + at)) as [number, number, number];
    const name = archive.toString('utf8', offset + SIZE.centralFile, offset + SIZE.centralFile + nameLength);
    if (!name.endsWith('/')) files.push({ path: name, content: contentOf(archive, offset) });
    offset += SIZE.centralFile + nameLength + extraLength + commentLength;
  }
  return files;
}

function contentOf(archive: Buffer, centralOffset: number): Buffer {
  const method = archive.readUInt16LE(centralOffset + 10);
  const length = archive.readUInt32LE(centralOffset + 20);
  const localOffset = archive.readUInt32LE(centralOffset + 42);
  const start = localOffset + SIZE.localFile + archive.readUInt16LE(localOffset + 26) + archive.readUInt16LE(localOffset + 28);
  const data = archive.subarray(start, start + length);
  if (method === METHOD.stored) return data;
  if (method === METHOD.deflated) return inflateRawSync(data);
  throw new Error(`the archive uses compression method ${method}`);
}

/** Writes a ZIP archive without compression. */
export function writeZip(files: readonly ArchivedFile[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, content } of files) {
    const name = Buffer.from(path);
    const shared = sharedFields(name, content);
    const local = Buffer.concat([uint32(SIGNATURE.localFile), shared, name, content]);
    central.push(Buffer.concat([uint32(SIGNATURE.centralFile), uint16(VERSION), shared, Buffer.alloc(10), uint32(offset), name]));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.concat([uint32(SIGNATURE.end), Buffer.alloc(4), uint16(files.length), uint16(files.length), uint32(directory.length), uint32(offset), uint16(0)]);
  return Buffer.concat([...parts, directory, end]);
}

/** What the record before a file and the one in the directory have in common. */
function sharedFields(name: Buffer, content: Buffer): Buffer {
  const sizes = [uint32(content.length), uint32(content.length)];
  return Buffer.concat([uint16(VERSION), uint16(0), uint16(METHOD.stored), uint32(0), uint32(crc32(content)), ...sizes, uint16(name.length), uint16(0)]);
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
