import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START_WITHIN_MS = 60_000;

export interface MotoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Whether Python with moto's server is installed on this machine. */
export function hasMoto(): boolean {
  return spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' }).status === 0;
}

/** Starts moto on a port of its own choice; its calls to other services go to `servicesPort` on localhost. */
export async function startMoto(servicesPort: number): Promise<MotoServer> {
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    env: { ...process.env, MOTO_PORT: String(servicesPort), PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_WITHIN_MS);
  // The lines keep being read: a full pipe would stop the server.
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error('moto ended before it said where it listens')));
  }).finally(() => clearTimeout(deadline));
  return { url, stop };
}
