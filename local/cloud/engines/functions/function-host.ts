import path from 'node:path';
import { REPOSITORY } from '../../../../lib/config/repository';
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
  private ports: Promise<InstancePorts> | undefined;

  constructor(
    private readonly clock: CloudClock,
    private readonly launcher: ProcessLauncher,
  ) {
    this.idle = new IdleInstances(clock);
  }

  /** Makes what the first instance would wait for. */
  async getReady(): Promise<void> {
    await this.sharedPorts();
  }

  /** Has one instance serve the invocation; rejects when none can be started. `onStart` hears which one just before it does. */
  async invoke(deployment: FunctionDeployment, invocation: Invocation, onStart: (instance: FunctionInstance) => void = () => undefined): Promise<InvocationResult> {
    return this.clock.whileWorking(async (work) => {
      const instance = (await this.idle.take(deployment)) ?? (await FunctionInstance.start(deployment, invocation.traceId, await this.sharedPorts()));
      this.busy.add(instance);
      onStart(instance);
      try {
        const served = await instance.serve(invocation, work);
        const { outcome, startedMs, durationMs, initDurationMs, maxMemoryMb, segments } = served;
        return {
          requestId: invocation.requestId,
          outcome,
          startedAt: new Date(startedMs),
          durationMs,
          initDurationMs,
          maxMemoryMb,
          traceId: invocation.traceId,
          segments,
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
    await (await this.ports)?.runtimeApi.close();
  }

  /** What all instances share, made once. */
  private sharedPorts(): Promise<InstancePorts> {
    return (this.ports ??= this.prepare());
  }

  private async prepare(): Promise<InstancePorts> {
    const [runtimeApi, bootstrap] = await Promise.all([RuntimeApi.open(), this.launcher.bundle(path.join(REPOSITORY, 'local', 'cloud', 'engines', 'functions', 'runtime', 'bootstrap.ts'))]);
    return { clock: this.clock, launcher: this.launcher, runtimeApi, bootstrap };
  }
}
