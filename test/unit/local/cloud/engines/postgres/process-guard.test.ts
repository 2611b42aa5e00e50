import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from './fixtures';

/** Real servers on a machine that others use too. */

const ROOT = resolve(__dirname, '../../../../../..');
const SERVERS = join(ROOT, 'local/cloud/engines');

/** Opens an engine with two servers, of which one was killed, and tells where they are. */
const PROGRAM = `
  const { CertificateAuthority } = require('${SERVERS}/pki/certificate-authority');
  const { PostgresEngine } = require('${SERVERS}/postgres/postgres-engine');
  (async () => {
    const clock = { whileWorking: (work) => work() };
    const engine = await PostgresEngine.open({ clock, authority: await CertificateAuthority.create() });
    const server = (name) => engine.create({ name, masterUser: 'master', hostnames: ['a.test'] });
    const [running, killed] = [await server('running'), await server('killed')];
    const pid = require('node:fs').readFileSync(running.dataDirectory + '/postmaster.pid', 'utf8').split('\\n')[0];
    await killed.kill();
    console.log(JSON.stringify({ directory: engine.directory, pid: Number(pid) }));
    if (process.argv[1] !== 'end') setInterval(() => {}, 1000);
  })();
`;

interface Started {
  readonly program: ChildProcess;
  readonly directory: string;
  readonly pid: number;
}

async function start(argument: string): Promise<Started> {
  const program = spawn(process.execPath, ['--import', 'tsx', '-e', PROGRAM, argument], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
  return { program, ...(JSON.parse(line) as { directory: string; pid: number }) };
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

describe('ProcessGuard', () => {
  test.each([['SIGKILL'], ['SIGTERM'], ['SIGINT']] as const)('leaves no server and no file when the program ends by %s', async (signal) => {
    const { program, directory, pid } = await start('stay');
    expect(isAlive(pid)).toBe(true);

    program.kill(signal);

    await eventually(() => !isAlive(pid) && !existsSync(directory));
  });

  it('leaves no server and no file when the program simply ends, and does not keep it from ending', async () => {
    const { program, directory, pid } = await start('end');

    if (program.exitCode === null) await once(program, 'exit');

    expect(program.exitCode).toBe(0);
    await eventually(() => !isAlive(pid) && !existsSync(directory));
  });
});
