import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.resolve(__dirname, '../../../../..');

/** Starts two processes that never end by themselves, one of them too busy to notice anything, and tells where they are. */
const PROGRAM = `
  const fs = require('fs'), path = require('path');
  const { ProcessLauncher } = require('${ROOT}/local/cloud/network/process-launcher');
  (async () => {
    const clock = { reading: () => ({ cloudMs: 0, wallMs: 0, rate: 1 }), onChange: () => () => undefined };
    const launcher = await ProcessLauncher.open({ clock, authorityPem: '' });
    const network = { connect: async () => ({ verdict: { kind: 'drop' }, close: () => undefined }), resolve: () => [] };
    const start = async (name, source) => {
      const entry = path.join(launcher.directory, name);
      fs.writeFileSync(entry, 'console.log(1);' + source);
      const started = await launcher.startProcess({ directory: launcher.directory, entry, environment: {}, network });
      await new Promise((resolve) => started.stdout.once('data', resolve));
      return started.pid;
    };
    const pids = [await start('idle.js', 'setInterval(() => {}, 1000)'), await start('busy.js', 'for (;;);')];
    console.log(JSON.stringify({ directory: launcher.directory, pids }));
    if (process.argv[1] === 'close') await launcher.close();
    else setInterval(() => {}, 1000);
  })();
`;

interface Started {
  readonly program: ChildProcess;
  readonly directory: string;
  readonly pids: readonly number[];
}

async function start(argument: string): Promise<Started> {
  const program = spawn(process.execPath, ['--import', 'tsx', '-e', PROGRAM, argument], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
  return { program, ...(JSON.parse(line) as Omit<Started, 'program'>) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where nobody collects orphans, an ended process stays in the table as a zombie.
  return !(existsSync(`/proc/${pid}/status`) && /^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
}

async function untilGone({ pids, directory }: Started): Promise<void> {
  for (const deadline = Date.now() + 15_000; pids.some(isAlive) || existsSync(directory); ) {
    if (Date.now() > deadline) throw new Error(`left behind: ${pids.filter(isAlive).join(', ')} ${existsSync(directory) ? directory : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the processes of a cloud', () => {
  test.each([['SIGKILL'], ['SIGTERM'], ['SIGINT']] as const)('end with it when it ends by %s, and leave no file', async (signal) => {
    const started = await start('stay');
    expect(started.pids.every(isAlive)).toBe(true);

    started.program.kill(signal);

    await untilGone(started);
  });

  it('end when it closes, and leave no file', async () => {
    const started = await start('close');

    await untilGone(started);
  });
});
