import { readCloudAssembly, type CloudAssembly } from '../cloud/deploy/cloud-assembly';
import { LocalCloud } from '../cloud/local-cloud';
import type { Key } from '../cloud/services/kms/key';
import type { Deployment } from '../../lib/config/deployment';
import { CommandRules } from './command-rules';
import type { CloudRecord, Plot, RehearsalEvent, ScenarioRecord, StageRecord, StepRecord, Timeline } from './events';
import { permissionAccounts } from './permission-accounts';
import type { Scenario, SystemRehearsal } from './scenario';
import { Stage } from './stage';

export interface PlayOptions {
  readonly deployment: Deployment;
  /** Where `cdk synth` puts the templates; it may still be at work while the customer's world is made. */
  readonly assemblyDirectory: Promise<string>;
  /** The names of those to play. */
  readonly scenarios: readonly string[];
  /** Fault and denial rules of the command line, in force for every scenario. */
  readonly faults: readonly string[];
  readonly denials: readonly string[];
  readonly tell: (event: RehearsalEvent) => void;
}

/** Starts a cloud, makes the customer's world, deploys the system's stacks and plays scenarios one after the other. */
export async function playScenarios<World>(rehearsal: SystemRehearsal<World>, options: PlayOptions): Promise<CloudRecord> {
  const { system } = rehearsal;
  // Should it fail before anybody waits for it, whoever does is told.
  options.assemblyDirectory.catch(() => undefined);
  const cloud = await LocalCloud.start({ ...(rehearsal.pace && { pace: rehearsal.pace }), ...(rehearsal.startAt && { startAt: rehearsal.startAt() }) });
  const defects = () => cloud.defects.map(({ error, where }) => `${where}: ${error.message}`);
  let record: CloudRecord;
  try {
    const { world, keys } = await prepare(rehearsal, cloud, options);
    const rules = new CommandRules(cloud, options);
    const scenarios = rehearsal.clouds.flat().filter(({ name }) => options.scenarios.includes(name));
    for (const scenario of scenarios) await playScenario(rehearsal, scenario, cloud, world, options);
    record = { system, failure: undefined, accounts: permissionAccounts(cloud, keys), defects: defects(), idleRules: rules.idle() };
  } catch (error) {
    record = { system, failure: (error as Error).message, accounts: [], defects: defects(), idleRules: [] };
  } finally {
    await cloud.stop();
  }
  options.tell({ type: 'cloud-ended', ...record });
  return record;
}

async function prepare<World>(rehearsal: SystemRehearsal<World>, cloud: LocalCloud, { deployment, assemblyDirectory, tell }: PlayOptions): Promise<{ readonly world: World; readonly keys: readonly Key[] }> {
  const { system } = rehearsal;
  tell({ type: 'preparing', system, what: 'the databases, networks and keys that were there before' });
  const world = await rehearsal.prepare(new Stage(cloud, deployment, undefined, () => undefined));
  // The app is still being synthesized.
  await cloud.services.getReady();
  const assembly = stacksOf(system, readCloudAssembly(await assemblyDirectory));
  tell({ type: 'preparing', system, what: `${assembly.stacks.length} stacks: ${assembly.stacks.map(({ name }) => name).join(', ')}` });
  const before = new Set(cloud.services.storage.keys.customerKeys());
  await cloud.deploy(assembly);
  const keys = cloud.services.storage.keys.customerKeys().filter((key) => !before.has(key));
  cloud.services.authorizer.declareRoles();
  for (const key of keys) cloud.services.authorizer.declareKey(key);
  await rehearsal.settle?.(new Stage(cloud, deployment, world, () => undefined));
  return { world, keys };
}

function stacksOf(system: string, assembly: CloudAssembly): CloudAssembly {
  return { ...assembly, stacks: assembly.stacks.filter(({ tags }) => tags['holdfast:system'] === system) };
}

async function playScenario<World>(rehearsal: SystemRehearsal<World>, scenario: Scenario<World>, cloud: LocalCloud, world: World, { deployment, tell }: PlayOptions): Promise<void> {
  const { system } = rehearsal;
  const { name, title } = scenario;
  tell({ type: 'scenario-started', system, scenario: name, title });
  const steps: StepRecord[] = [];
  const timelines: Timeline[] = [];
  const plots: Plot[] = [];
  const record = (entry: StageRecord) => {
    if (entry.type === 'timeline') timelines.push(entry);
    else if (entry.type === 'plot') plots.push(entry);
    else {
      steps.push(entry);
      tell({ system, scenario: name, ...entry });
    }
  };
  const firstCall = cloud.calls.all().length;
  const firstRefusal = cloud.services.authorizer.refusals.length;
  const firstDenied = cloud.services.compute.fabric.denied.all().length;
  const startedCloudMs = cloud.clock.nowMs();
  const startedWallMs = performance.now();
  const stage = new Stage(cloud, deployment, world, record);
  const failures: string[] = [];
  try {
    await scenario.run(stage);
  } catch (error) {
    failures.push((error as Error).message);
  }
  failures.push(...stage.surprises());
  const failure = failures.length === 0 ? undefined : failures.join('\n');
  const ended: ScenarioRecord = {
    scenario: name,
    title,
    outcome: failure === undefined ? 'passed' : 'failed',
    failure,
    steps,
    timelines,
    plots,
    cloudSeconds: (cloud.clock.nowMs() - startedCloudMs) / 1000,
    wallSeconds: (performance.now() - startedWallMs) / 1000,
    calls: countCalls(cloud, firstCall),
    refusals: [
      ...cloud.services.authorizer.refusals.slice(firstRefusal).map(({ message }) => message),
      ...cloud.services.compute.fabric.denied.all().slice(firstDenied).map(({ source, host, port, explanation, hint }) => `${source} to ${host}:${port}: ${[explanation, hint].filter(Boolean).join('; ')}`),
    ],
    cannotProve: scenario.cannotProve ?? [],
  };
  tell({ type: 'scenario-ended', system, ...ended });
}

function countCalls(cloud: LocalCloud, from: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, operation } of cloud.calls.all().slice(from)) {
    const name = `${service}:${operation}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
