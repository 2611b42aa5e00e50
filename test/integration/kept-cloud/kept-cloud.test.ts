import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = path.resolve(__dirname, '..', '..', '..');
const TIME_LIMIT_MS = 300_000;
const LEAVES_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 100;
const TSX_CACHE = `tsx-${process.getuid?.() ?? 0}`;

/** A cloud that keeps all its files in one directory, of which its processes can be known. */
class KeptCloud {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'kept-'));
  private readonly process: ChildProcess;

  constructor() {
    // What tsx has compiled before, so that it need not do so again.
    symlinkSync(path.join(tmpdir(), TSX_CACHE), path.join(this.directory, TSX_CACHE));
    this.process = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'local', 'keep-cloud.ts')], { cwd: ROOT, env: { ...process.env, TMPDIR: this.directory }, stdio: 'ignore' });
  }

  /** Waits until there is something to leave behind. */
  async hasDatabases(): Promise<void> {
    while (!this.processes().some((command) => command.includes('postgres'))) {
      if (this.process.exitCode !== null) throw new Error(`it ended with ${this.process.exitCode}`);
      await delay(LOOK_AGAIN_MS);
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }

  /** What is left of it, once nothing is or it has had time enough to go. */
  async remains(): Promise<{ files: string[]; processes: string[] }> {
    const giveUpAtMs = performance.now() + LEAVES_WITHIN_MS;
    for (;;) {
      const remains = { files: readdirSync(this.directory).filter((name) => name !== TSX_CACHE), processes: this.processes() };
      if ((remains.files.length === 0 && remains.processes.length === 0) || performance.now() > giveUpAtMs) return remains;
      await delay(LOOK_AGAIN_MS);
    }
  }

  dispose(): void {
    this.process.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Commands of processes that work in its directory. */
  processes(): string[] {
    return commands().filter((command) => command.includes(this.directory));
  }
}

/** The command lines of all processes: from /proc where there is one, for not every container has ps. */
function commands(): string[] {
  if (!existsSync('/proc/self/cmdline')) return execFileSync('ps', ['-axww', '-o', 'command='], { encoding: 'utf8' }).split('\n');
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
}

/** The file's text; nothing when the process is gone or somebody else's. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

describe('a cloud that is kept up', () => {
  let cloud: KeptCloud;
  beforeEach(() => {
    cloud = new KeptCloud();
  });
  afterEach(() => cloud.dispose());

  test.each([['SIGKILL'], ['SIGINT']] as const)(
    'leaves no process and no file when it ends by %s while it works',
    async (signal) => {
      await cloud.hasDatabases();

      await cloud.end(signal);

      expect(await cloud.remains()).toEqual({ files: [], processes: [] });
    },
    TIME_LIMIT_MS,
  );
});
