import type { Selection } from './catalogue';
import { concludeSystem } from './conclude-system';
import type { CloudRecord, RehearsalEvent, ScenarioRecord } from './events';
import type { ScenariosProcessInput } from './play-scenarios-process';
import { startScenariosProcess } from './start-scenarios-process';

/** What holds for all clouds of a rehearsal. */
export interface RehearsalSettings extends Omit<ScenariosProcessInput, 'system' | 'scenarios'> {
  readonly assemblyDirectory: Promise<string>;
}

/** Rehearses systems one after the other, `sideBySide` clouds at a time, and tells what happens. */
export async function rehearseSystems(selections: readonly Selection[], { assemblyDirectory, ...settings }: RehearsalSettings, { sideBySide, tell }: { readonly sideBySide: number; readonly tell: (event: RehearsalEvent) => void }): Promise<void> {
  const systems = selections.map((selection) => new SystemInProgress(selection, tell));
  const waiting = systems.flatMap((system) => system.clouds.map((scenarios) => ({ system, scenarios })));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { system, scenarios } = next;
      system.begin();
      system.end(await startScenariosProcess({ ...settings, system: system.name, scenarios }, assemblyDirectory, (event) => system.hear(event)));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
}

/** A system from the first of its clouds to the last. */
class SystemInProgress {
  private readonly scenarios: ScenarioRecord[] = [];
  private readonly ended: CloudRecord[] = [];
  private startedMs: number | undefined;

  constructor(
    private readonly selection: Selection,
    private readonly tell: (event: RehearsalEvent) => void,
  ) {}

  get name(): string {
    return this.selection.rehearsal.system;
  }

  get clouds(): readonly (readonly string[])[] {
    return this.selection.clouds;
  }

  begin(): void {
    if (this.startedMs !== undefined) return;
    this.startedMs = performance.now();
    this.tell({ type: 'system-started', system: this.name });
  }

  hear(event: RehearsalEvent): void {
    if (event.type === 'scenario-ended') this.scenarios.push(event);
    this.tell(event);
  }

  end(cloud: CloudRecord): void {
    this.ended.push(cloud);
    if (this.ended.length < this.clouds.length) return;
    const { rehearsal, isWhole } = this.selection;
    const wallSeconds = (performance.now() - (this.startedMs ?? 0)) / 1000;
    this.tell({ type: 'system-ended', ...concludeSystem({ ...rehearsal.permissionRules, system: this.name, isWhole, clouds: this.ended, scenarios: this.scenarios, wallSeconds }) });
  }
}
