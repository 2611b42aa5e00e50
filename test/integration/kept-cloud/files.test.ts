import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = path.resolve(__dirname, '..', '..', '..');
const TIME_LIMIT_MS = 60_000;
const LEAVES_WITHIN_MS = 20_000;

/** Programs that put something on disk, and then wait. */
const WRITERS = {
  'large objects of S3': `const { BodyStore } = require('./local/cloud/services/s3/body-store'); new BodyStore().put(Buffer.alloc(2 ** 21)).then(done)`,
  'the warehouse': `const { DuckDatabase } = require('./local/cloud/engines/snowflake/duck/duck-database'); DuckDatabase.open({ threads: 1, memoryLimit: '256MB' }).then(done)`,
};

describe('what a cloud keeps on disk', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'kept-files-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const ownFiles = () => readdirSync(directory).filter((name) => name.startsWith('holdfast-'));

  test.each(Object.entries(WRITERS))(
    '%s: is gone after its process is killed',
    async (_, program) => {
      const writer = spawn(process.execPath, ['--import', 'tsx', '--eval', `const done = () => { console.log('written'); setInterval(() => {}, 1000); }; ${program}`], { cwd: ROOT, env: { ...process.env, TMPDIR: directory }, stdio: ['ignore', 'pipe', 'inherit'] });
      await once(writer.stdout, 'data');
      const written = ownFiles();
      writer.kill('SIGKILL');
      await once(writer, 'exit');

      const giveUpAtMs = performance.now() + LEAVES_WITHIN_MS;
      while (ownFiles().length > 0 && performance.now() < giveUpAtMs) await delay(100);

      expect(written).toHaveLength(1);
      expect(ownFiles()).toEqual([]);
    },
    TIME_LIMIT_MS,
  );
});
