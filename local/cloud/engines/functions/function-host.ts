import path from 'node:path';
import type { CloudClock } from '../../gateway/clock';
import type { ProcessLauncher } from '../../network/process-launcher';
import type { FunctionDeployment } from './function-deployment';
import { FunctionInstance, type InstancePorts } from './function-instance';
import { IdleInstances } from './idle-instances';
import type { Invocation, InvocationResult } from './invocation';
import { logOf } from './platform-log';
import { RuntimeApi } from './runtime-api';

/** Runs functions: as many instances as there are invocations at a time, each used again while it is fresh. */
export class FunctionHost {
  private readonly idle: IdleInstances;
  private readonly busy = new Set<FunctionInstance>();

  private constructor(private readonly ports: InstancePorts) {
    this.idle = new IdleInstances(ports.clock);
  }

  static async open(clock: CloudClock, launcher: ProcessLauncher): Promise<FunctionHost> {
    const [runtimeApi, bootstrap] = await Promise.all([RuntimeApi.open(), launcher.bundle(path.join(__dirname, 'runtime', 'bootstrap.ts'))]);
    return new FunctionHost({ clock, launcher, runtimeApi, bootstrap });
  }

  /** Has one instance serve the invocation; rejects when none can be started. */
  async invoke(deployment: FunctionDeployment, invocation: Invocation): Promise<InvocationResult> {
    return this.ports.clock.whileWorking(async () => {
      const instance = (await this.idle.take(deployment)) ?? (await FunctionInstance.start(deployment, this.ports));
      this.busy.add(instance);
      try {
        const served = await instance.serve(invocation);
        const { outcome, startedMs, durationMs, initDurationMs, maxMemoryMb } = served;
        return {
          requestId: invocation.requestId,
          outcome,
          startedAt: new Date(startedMs),
          durationMs,
          initDurationMs,
          maxMemoryMb,
          log: logOf(deployment, invocation, served),
          logStream: instance.logStream,
          credentials: instance.credentials,
        };
      } finally {
        this.busy.delete(instance);
        if (!instance.hasEnded) this.idle.put(instance);
      }
    });
  }

  /** Kills the instances that are at work and for which the condition holds; returns how many. */
  kill(condition: (instance: FunctionInstance) => boolean): number {
    const killed = [...this.busy].filter(condition);
    for (const instance of killed) instance.kill();
    return killed.length;
  }

  /** Lets go of a deployment that nobody will invoke any more. */
  retire(deployment: FunctionDeployment): void {
    this.idle.endWhere((instance) => instance.deployment === deployment);
  }

  async close(): Promise<void> {
    this.kill(() => true);
    this.idle.endWhere(() => true);
    await this.ports.runtimeApi.close();
  }
}
