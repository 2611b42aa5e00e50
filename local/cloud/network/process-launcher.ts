import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REPOSITORY } from '../../../lib/config/repository';
import { ProcessGuard } from '../engines/process-guard';
import type { CloudClock } from '../gateway/clock';
import { ClockFeed } from './clock-feed';
import { ConfinedProcess, type NetworkView } from './confined-process';
import { START_VARIABLE, type ConfinedStart } from './control-protocol';
import { bundleRuntime } from './runtime-bundle';

export interface ProcessLauncherPorts {
  readonly clock: Pick<CloudClock, 'reading' | 'onChange'>;
  /** What programs in the cloud trust, PEM. */
  readonly authorityPem: string;
}

export interface ProcessProps {
  /** The program's files: its working directory, which it can read but not change. */
  readonly directory: string;
  /** The file to run: in the directory, or one that `bundle` made. */
  readonly entry: string;
  readonly arguments?: readonly string[];
  /** Everything that it finds in `process.env`, apart from `TMPDIR` and `NODE_EXTRA_CA_CERTS`, which are set here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
  readonly network: NetworkView;
  /** What it reaches without the network: ports of 127.0.0.1 by `<host>:<port>`. @default none */
  readonly privateHosts?: Readonly<Record<string, number>>;
  /** X-Ray's daemon: where it is for the program, and who gets its datagrams. @default there is none */
  readonly traceDaemon?: { readonly address: string; readonly receive: (datagram: string) => void };
}

/** Confines a program that knows nothing of the cloud. */
const CONFINE = path.join(REPOSITORY, 'local', 'cloud', 'network', 'runtime', 'confine.ts');
/** What programs may read besides their own files: of `/proc` nothing that tells about other processes. */
const READABLE_PLACES = ['/etc', '/dev', '/proc/self', '/proc/meminfo', '/proc/cpuinfo'];

/**
 * Starts the processes of one cloud: functions and tasks.
 *
 * Each can read its own files, write to a temporary directory of its own, and reach nothing but the cloud. All files are in
 * one directory, which goes with `close` and also when this process ends in any other way; so do the processes.
 */
export class ProcessLauncher {
  private readonly bundles = new Map<string, Promise<string>>();
  private readonly processes = new Set<ConfinedProcess>();
  private readonly clockFeed: ClockFeed;
  private serial = 0;

  private constructor(
    /** Holds all files of the launcher. */
    readonly directory: string,
    private readonly guard: ProcessGuard,
    private readonly ports: ProcessLauncherPorts,
  ) {
    this.clockFeed = new ClockFeed(ports.clock);
  }

  static async open(ports: ProcessLauncherPorts): Promise<ProcessLauncher> {
    // Permissions are about real paths, and a temporary directory may be behind a link.
    const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'holdfast-processes-')));
    const launcher = new ProcessLauncher(directory, new ProcessGuard(directory), ports);
    await writeFile(launcher.authorityFile, ports.authorityPem);
    return launcher;
  }

  /** Makes what the first process would wait for. */
  async getReady(): Promise<void> {
    await this.bundle(CONFINE);
  }

  /** Bundles a program of the cloud's own, once. */
  bundle(entry: string): Promise<string> {
    const file = path.join(this.directory, 'runtime', `${path.basename(entry, '.ts')}.cjs`);
    const known = this.bundles.get(entry) ?? bundleRuntime(entry, file).then(() => file);
    this.bundles.set(entry, known);
    return known;
  }

  /** Starts a program that knows nothing of the cloud. Its `Date` and its timers follow the cloud's clock for as long as it runs. */
  async startProcess(props: ProcessProps): Promise<ConfinedProcess> {
    const confine = await this.bundle(CONFINE);
    const started = await this.startConfined({ ...props, nodeArguments: ['--require', confine, ...(props.nodeArguments ?? [])] }, 'task');
    const forget = this.clockFeed.follow(started);
    void started.exited.then(forget);
    return started;
  }

  /** Lets the program that listens on this port of 127.0.0.1 know what time it is, for somebody is about to reach it. */
  tellTime(localPort: number): void {
    const reached = [...this.processes].find((process) => process.listensOn(localPort));
    if (reached) this.clockFeed.catchUp(reached);
  }

  /** Starts a program of the cloud's own, which confines itself first: it imports `runtime/confine` and asks for the time when it needs it. */
  async startConfined(props: ProcessProps, timers: ConfinedStart['timers'] = 'function'): Promise<ConfinedProcess> {
    const temporary = path.join(this.directory, 'tmp', String((this.serial += 1)));
    // Node lets a program write into a directory only if it is there when the program starts.
    for (const directory of [temporary, this.compiled(props.directory)]) await mkdir(directory, { recursive: true });
    const start: ConfinedStart = {
      clock: this.ports.clock.reading(),
      databaseAuthority: this.ports.authorityPem,
      timers,
      ...(props.traceDaemon && { traceDaemon: props.traceDaemon.address }),
    };
    const child = spawn(process.execPath, [...this.permissions(props.directory, temporary), ...(props.nodeArguments ?? []), props.entry, ...(props.arguments ?? [])], {
      cwd: props.directory,
      env: {
        ...props.environment,
        TMPDIR: temporary,
        NODE_EXTRA_CA_CERTS: this.authorityFile,
        NODE_COMPILE_CACHE: this.compiled(props.directory),
        [START_VARIABLE]: JSON.stringify(start),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // An interrupt typed at the terminal ends the cloud, which ends its processes in order.
      detached: true,
    });
    const started = new ConfinedProcess(child, props.network, props.privateHosts, props.traceDaemon?.receive);
    this.keep(started, temporary);
    return started;
  }

  /** Ends all processes and deletes all files. */
  async close(): Promise<void> {
    const running = [...this.processes];
    for (const process of running) process.kill();
    await Promise.all(running.map((process) => process.exited));
    await this.guard.finish();
  }

  /** Where V8 keeps what it made of a program: the next process of it starts a third sooner. https://nodejs.org/api/module.html#module-compile-cache */
  private compiled(program: string): string {
    return path.join(this.directory, 'compiled', path.basename(program));
  }

  private get authorityFile(): string {
    return path.join(this.directory, 'authority.pem');
  }

  private keep(started: ConfinedProcess, temporary: string): void {
    const { pid } = started;
    this.processes.add(started);
    if (pid !== undefined) this.guard.watch(pid);
    void started.exited.then(async () => {
      this.processes.delete(started);
      if (pid !== undefined) this.guard.forget(pid);
      await rm(temporary, { recursive: true, force: true });
    });
  }

  /** https://nodejs.org/api/permissions.html */
  private permissions(directory: string, temporary: string): string[] {
    const writable = [temporary, this.compiled(directory)];
    const readable = [directory, path.join(this.directory, 'runtime'), this.authorityFile, ...writable, ...READABLE_PLACES];
    return [permissionFlag(), ...readable.map((place) => `--allow-fs-read=${place}`), ...writable.map((place) => `--allow-fs-write=${place}`)];
  }
}

/** Node before 22.13 calls it experimental. */
function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
}
