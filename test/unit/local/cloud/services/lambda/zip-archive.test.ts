import { deflateRawSync } from 'node:zlib';
import { readZip, writeZip } from '../../../../../../local/cloud/services/lambda/zip-archive';

const FILES = [
  { path: 'index.js', content: Buffer.from('exports.handler = 1;') },
  { path: 'lib/größe.txt', content: Buffer.alloc(70_000, 'x') },
  { path: 'empty', content: Buffer.alloc(0) },
];

describe('a ZIP archive', () => {
  it('reads as it was written', () => {
    expect(readZip(writeZip(FILES))).toEqual(FILES);
  });

  it('may be compressed', () => {
    const stored = writeZip([{ path: 'a', content: deflateRawSync(Buffer.from('compressed')) }]);
    const deflated = Buffer.from(stored);
    deflated.writeUInt16LE(8, stored.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 10);

    expect(readZip(deflated)).toEqual([{ path: 'a', content: Buffer.from('compressed') }]);
  });

  it('is refused when it is none', () => {
    expect(() => readZip(Buffer.from('no archive at all'))).toThrow('no end record');
  });
});
