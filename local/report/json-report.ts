import { CATALOGUE } from '../rehearsal/catalogue';
import type { RehearsalEvent, ScenarioRecord, SystemRecord } from '../rehearsal/events';
import { idleEverywhere } from '../rehearsal/idle-everywhere';

/** The machine-readable form of a rehearsal. */
export interface JsonReport {
  /** When the rehearsal ended, ISO 8601. */
  readonly finishedAt: string;
  readonly wallSeconds: number;
  readonly outcome: 'passed' | 'failed';
  readonly scenarios: { readonly passed: number; readonly failed: number };
  readonly systems: readonly (SystemRecord & { readonly scenarios: readonly ScenarioRecord[] })[];
  readonly cannotProve: readonly string[];
  /** Rules of the command line that met nothing in any system: they fail the rehearsal. */
  readonly idleRules: readonly string[];
}

/** Puts the events of a rehearsal together, which took until now. */
export function jsonReport(events: readonly RehearsalEvent[], { finishedAt, wallSeconds }: { readonly finishedAt: Date; readonly wallSeconds: number }): JsonReport {
  const ended = events.filter((event) => event.type === 'system-ended');
  const played = events.filter((event) => event.type === 'scenario-ended');
  const systems = ended.map(({ type: _type, ...record }) => ({ ...record, scenarios: played.filter(({ system }) => system === record.system).map(({ type: _event, system: _system, ...scenario }) => scenario) }));
  const passed = played.filter(({ outcome }) => outcome === 'passed').length;
  const known = CATALOGUE.filter(({ system }) => systems.some((record) => record.system === system));
  const idleRules = idleEverywhere(ended);
  return {
    finishedAt: finishedAt.toISOString(),
    wallSeconds,
    outcome: ended.length > 0 && idleRules.length === 0 && ended.every(({ outcome }) => outcome === 'passed') ? 'passed' : 'failed',
    scenarios: { passed, failed: played.length - passed },
    systems,
    cannotProve: [...new Set([...known.flatMap(({ cannotProve }) => cannotProve), ...played.flatMap(({ cannotProve }) => cannotProve)])],
    idleRules,
  };
}
