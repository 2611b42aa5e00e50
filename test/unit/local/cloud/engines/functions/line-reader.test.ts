import { PassThrough } from 'node:stream';
import { LineReader } from '../../../../../../local/cloud/engines/functions/line-reader';
import { OUTPUT_MARK } from '../../../../../../local/cloud/engines/functions/runtime-protocol';

describe('the output of a function', () => {
  const read = () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    return { stream, lines, reader: new LineReader(stream, (line) => lines.push(line)) };
  };

  it('is read line by line, however it is cut', async () => {
    const { stream, lines, reader } = read();
    for (const piece of ['on', 'e\ntw', 'o\n\nthree\rhalf\n', OUTPUT_MARK, '\n']) stream.write(piece);

    await reader.marked(1);

    expect(lines).toEqual(['one', 'two', 'three\nhalf']);
  });

  it('is complete at the mark, even in the middle of a line', async () => {
    const { stream, lines, reader } = read();
    const second = reader.marked(2);
    stream.write(`unfinished${OUTPUT_MARK}\nnext\n${OUTPUT_MARK}\n`);

    await second;

    expect(lines).toEqual(['unfinished', 'next']);
  });

  it('is complete when it ends without a mark', async () => {
    const { stream, lines, reader } = read();
    const marked = reader.marked(1);
    stream.end('last words');

    await marked;

    expect(lines).toEqual(['last words']);
  });
});
