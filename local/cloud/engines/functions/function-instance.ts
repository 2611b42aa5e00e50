import { randomBytes } from 'node:crypto';
import type { CloudClock, Work } from '../../gateway/clock';
import type { Credentials } from '../../gateway/credentials';
import type { ConfinedProcess } from '../../network/confined-process';
import type { ProcessLauncher } from '../../network/process-launcher';
import type { FunctionDeployment } from './function-deployment';
import { functionEnvironment, heapArguments, TRACE_DAEMON } from './function-environment';
import { exited, timedOut, type Invocation, type LogLine, type Outcome } from './invocation';
import { LineReader } from './line-reader';
import { MemoryWatch } from './memory-watch';
import type { NextEvent, RuntimeApi } from './runtime-api';
import { CLOCK_HEADER } from './runtime-protocol';
import { RuntimeSession } from './runtime-session';

export interface InstancePorts {
  readonly clock: CloudClock;
  readonly launcher: ProcessLauncher;
  readonly runtimeApi: RuntimeApi;
  /** The bundled runtime. */
  readonly bootstrap: string;
}

/** What an instance has to say about an invocation. */
export interface Served {
  readonly outcome: Outcome;
  readonly startedMs: number;
  readonly durationMs: number;
  /** Of the instance's first invocation. */
  readonly initDurationMs: number | undefined;
  /** Since the instance started. */
  readonly maxMemoryMb: number;
  readonly lines: readonly LogLine[];
  /** Segments that the function sent to X-Ray's daemon. */
  readonly segments: readonly string[];
}

/** What an initialisation may take. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_LIMIT_SECONDS = 10;

/** One execution environment of a function: a process that serves one invocation after the other. */
export class FunctionInstance {
  private readonly output: readonly LineReader[];
  private readonly memory: MemoryWatch;
  private lines: LogLine[] = [];
  private segments: string[] = [];
  private initDurationMs: number | undefined;
  private ended = false;
  private isFrozen = false;

  private constructor(
    readonly deployment: FunctionDeployment,
    readonly credentials: Required<Credentials>,
    /** `2026/11/21/[$LATEST]0123...`: where its log goes. */
    readonly logStream: string,
    private readonly clock: CloudClock,
    private readonly session: RuntimeSession,
    private readonly process: ConfinedProcess,
  ) {
    const onLine = (message: string): number => this.lines.push({ timeMs: clock.nowMs(), message });
    this.output = [new LineReader(process.stdout, onLine), new LineReader(process.stderr, onLine)];
    this.memory = new MemoryWatch(process.pid ?? 0, deployment.memoryMb, () => this.kill());
  }

  /** Starts the process; whether it could initialise, the first invocation finds out. */
  static async start(deployment: FunctionDeployment, traceId: string, { clock, launcher, runtimeApi, bootstrap }: InstancePorts): Promise<FunctionInstance> {
    const credentials = await deployment.assumeRole();
    const startedMs = clock.nowMs();
    const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[${deployment.version}]${randomBytes(16).toString('hex')}`;
    const session = new RuntimeSession();
    const { address, remove } = runtimeApi.register(session);
    const process = await launcher.startConfined({
      directory: deployment.codeDirectory,
      entry: bootstrap,
      nodeArguments: heapArguments(deployment.memoryMb),
      environment: functionEnvironment(deployment, { credentials, runtimeApi: address, logStream, traceId }),
      network: deployment.network(),
      privateHosts: { [`127.0.0.1:${runtimeApi.port}`]: runtimeApi.port },
      ...(deployment.tracing === 'Active' && { traceDaemon: { address: TRACE_DAEMON, receive: (datagram) => instance.segments.push(segmentIn(datagram)) } }),
    });
    const instance: FunctionInstance = new FunctionInstance(deployment, credentials, logStream, clock, session, process);
    void process.exited.then(remove);
    instance.initialise(startedMs);
    return instance;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  /** Settles when it can serve again, or has ended. */
  get isFree(): Promise<void> {
    return this.session.isFree;
  }

  /** Serves one invocation; it must be free, or new. */
  async serve(invocation: Invocation, work: Work): Promise<Served> {
    this.thaw();
    this.memory.start();
    const forget = this.clock.onChange((reading) => this.process.setClock(reading));
    this.process.watchVain((waits) => work.waitInVain(waits));
    const initialisation = await this.session.initialised;
    const startedMs = this.clock.nowMs();
    const outcome = initialisation === 'succeeded' ? await this.run(invocation) : initialisation(invocation.requestId);
    const durationMs = this.clock.nowMs() - startedMs;
    forget();
    this.memory.look();
    this.memory.stop();
    await this.allOutput(outcome);
    const { segments, initDurationMs } = this;
    // What was written before the end may be read after it.
    const lines = this.lines.map((line) => ({ ...line, timeMs: Math.min(line.timeMs, startedMs + durationMs) }));
    this.lines = [];
    this.segments = [];
    this.initDurationMs = undefined;
    return { outcome, startedMs, durationMs, initDurationMs, maxMemoryMb: this.memory.peakMb, lines, segments };
  }

  /** Lets nothing happen in it until it serves again: work that an invocation left behind stays where it is. */
  freeze(): void {
    this.isFrozen = true;
    this.process.freeze();
  }

  /** Ends the process in the middle of whatever it does. */
  kill(): void {
    this.process.kill();
  }

  /** Ends the process when its work is done and before anybody hears of it. */
  killBeforeAnswer(): void {
    this.session.loseAnswer(() => this.kill());
  }

  private thaw(): void {
    if (this.isFrozen) this.process.thaw();
    this.isFrozen = false;
  }

  private initialise(startedMs: number): void {
    const limit = this.clock.after(INIT_LIMIT_SECONDS * 1000, () => this.session.interrupt((requestId) => timedOut(requestId, INIT_LIMIT_SECONDS)));
    void this.session.initialised.then((initialisation) => {
      limit.cancel();
      this.initDurationMs = this.clock.nowMs() - startedMs;
      if (initialisation !== 'succeeded') this.kill();
    });
    void this.process.exited.then((exit) => {
      this.ended = true;
      this.memory.stop();
      this.session.end((requestId) => exited(requestId, exit));
    });
  }

  private async run(invocation: Invocation): Promise<Outcome> {
    const { timeoutSeconds } = this.deployment;
    const deadlineMs = this.clock.nowMs() + timeoutSeconds * 1000;
    const timer = this.clock.after(timeoutSeconds * 1000, () => {
      this.session.interrupt((requestId) => timedOut(requestId, timeoutSeconds));
      this.kill();
    });
    try {
      return await this.session.handOver(invocation.requestId, eventFor(invocation, deadlineMs, this.clock));
    } finally {
      timer.cancel();
    }
  }

  /** A runtime that reports marks the end of its output; one that ends closes it. */
  private async allOutput(outcome: Outcome): Promise<void> {
    if (outcome.kind === 'timeout' || outcome.kind === 'exit') await this.process.exited;
    else await Promise.all(this.output.map((stream) => stream.marked(this.session.reported)));
  }
}

/** A datagram is a line that says what follows, and a segment. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html */
function segmentIn(datagram: string): string {
  return datagram.slice(datagram.indexOf('\n') + 1);
}

function eventFor(invocation: Invocation, deadlineMs: number, clock: CloudClock): NextEvent {
  return {
    headers: {
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': String(Math.round(deadlineMs)),
      'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedArn,
      'Lambda-Runtime-Trace-Id': invocation.traceId,
      ...(invocation.clientContext !== undefined && { 'Lambda-Runtime-Client-Context': invocation.clientContext }),
      [CLOCK_HEADER]: JSON.stringify(clock.reading()),
    },
    body: invocation.event,
  };
}
