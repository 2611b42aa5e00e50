import { readCloudAssembly, type CloudAssembly } from '../cloud/deploy/cloud-assembly';
import { LocalCloud } from '../cloud/local-cloud';
import type { Key } from '../cloud/services/kms/key';
import type { Deployment } from '../../lib/config/deployment';
import { CommandRules } from './command-rules';
import type { Plot, RehearsalEvent, ScenarioRecord, StageRecord, StepRecord, SystemRecord, Timeline } from './events';
import { OUT_OF_SIGHT } from './out-of-sight';
import { summarizeKeyStatements } from './key-statement-use';
import { summarizePermissions } from './permission-use';
import type { Scenario, SystemRehearsal } from './scenario';
import { Stage } from './stage';

export interface PlaySystemOptions {
  readonly deployment: Deployment;
  /** Where `cdk synth` put the templates. */
  readonly assemblyDirectory: string;
  /** Only the scenario of this name. */
  readonly only: string | undefined;
  /** Fault and denial rules of the command line, in force for every scenario. */
  readonly faults: readonly string[];
  readonly denials: readonly string[];
  readonly tell: (event: RehearsalEvent) => void;
}

/** Starts a cloud, makes the customer's world, deploys the system's stacks and plays its scenarios one after the other. */
export async function playSystem<World>(rehearsal: SystemRehearsal<World>, options: PlaySystemOptions): Promise<SystemRecord> {
  const { system } = rehearsal;
  const startedMs = performance.now();
  options.tell({ type: 'system-started', system });
  const cloud = await LocalCloud.start({ ...(rehearsal.pace && { pace: rehearsal.pace }), ...(rehearsal.startAt && { startAt: rehearsal.startAt() }) });
  let record: SystemRecord;
  try {
    const { world, keys } = await prepare(rehearsal, cloud, options);
    const rules = new CommandRules(cloud, options);
    const scenarios = rehearsal.scenarios.filter(({ name }) => options.only === undefined || name === options.only);
    const records: ScenarioRecord[] = [];
    for (const scenario of scenarios) records.push(await playScenario(rehearsal, scenario, cloud, world, options));
    record = { ...summarize(rehearsal, cloud, { records, keys, startedMs, isWhole: options.only === undefined }), idleRules: rules.idle() };
  } catch (error) {
    record = { ...summarize(rehearsal, cloud, { records: [], keys: [], startedMs, isWhole: false }), outcome: 'failed', failure: (error as Error).message };
  } finally {
    await cloud.stop();
  }
  options.tell({ type: 'system-ended', ...record });
  return record;
}

async function prepare<World>(rehearsal: SystemRehearsal<World>, cloud: LocalCloud, { deployment, assemblyDirectory, tell }: PlaySystemOptions): Promise<{ readonly world: World; readonly keys: readonly Key[] }> {
  const { system } = rehearsal;
  tell({ type: 'preparing', system, what: 'the databases, networks and keys that were there before' });
  const world = await rehearsal.prepare(new Stage(cloud, deployment, undefined, () => undefined));
  const assembly = stacksOf(system, readCloudAssembly(assemblyDirectory));
  tell({ type: 'preparing', system, what: `${assembly.stacks.length} stacks: ${assembly.stacks.map(({ name }) => name).join(', ')}` });
  const before = new Set(cloud.services.storage.keys.customerKeys());
  await cloud.deploy(assembly);
  const keys = cloud.services.storage.keys.customerKeys().filter((key) => !before.has(key));
  cloud.services.authorizer.declareRoles();
  for (const key of keys) cloud.services.authorizer.declareKey(key);
  return { world, keys };
}

function nameOf(key: Key, cloud: LocalCloud): string {
  return cloud.services.storage.keys.aliasesOf(key)[0]?.name ?? key.arn;
}

function stacksOf(system: string, assembly: CloudAssembly): CloudAssembly {
  return { ...assembly, stacks: assembly.stacks.filter(({ tags }) => tags['holdfast:system'] === system) };
}

async function playScenario<World>(rehearsal: SystemRehearsal<World>, scenario: Scenario<World>, cloud: LocalCloud, world: World, { deployment, tell }: PlaySystemOptions): Promise<ScenarioRecord> {
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
  return ended;
}

function countCalls(cloud: LocalCloud, from: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, operation } of cloud.calls.all().slice(from)) {
    const name = `${service}:${operation}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

interface Played {
  readonly records: readonly ScenarioRecord[];
  /** Those that the system's stacks made. */
  readonly keys: readonly Key[];
  readonly startedMs: number;
  readonly isWhole: boolean;
}

function summarize<World>({ system, roleKind, unrehearsed = [] }: SystemRehearsal<World>, cloud: LocalCloud, { records, keys, startedMs, isWhole }: Played): SystemRecord {
  const keyStatements = summarizeKeyStatements(cloud.services.authorizer.ledger, keys.map((key) => ({ arn: key.arn, name: nameOf(key, cloud) })));
  const ofRoles = summarizePermissions(cloud.services.authorizer.ledger, { kindOf: roleKind ?? ((role) => role), unrehearsed: [...OUT_OF_SIGHT, ...unrehearsed] });
  const defects = cloud.defects.map(({ error, where }) => `${where}: ${error.message}`);
  const all = { ...ofRoles, unused: [...ofRoles.unused, ...keyStatements.unused], redundant: [...ofRoles.redundant, ...keyStatements.redundant] };
  const allPassed = records.every(({ outcome }) => outcome === 'passed');
  // Part of a rehearsal cannot tell what the rest would use.
  const permissions = isWhole && allPassed ? all : { ...all, unused: [], redundant: [] };
  const passed = allPassed && [defects, permissions.unused, permissions.redundant].every(({ length }) => length === 0);
  return {
    system,
    outcome: passed ? 'passed' : 'failed',
    failure: undefined,
    wallSeconds: (performance.now() - startedMs) / 1000,
    permissions,
    defects,
    idleRules: [],
  };
}
