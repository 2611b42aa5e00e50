import { styleText } from 'node:util';
import type { RehearsalEvent, StepRecord, SystemRecord } from '../rehearsal/events';

const TITLE_WIDTH = 78;
const MARK = { ok: styleText('green', '✓'), failed: styleText('red', '✗'), noted: styleText('dim', '·') } as const;

/** Shows a rehearsal as it happens, a line an event. Lines of scenarios that run side by side carry their name. */
export class TerminalReport {
  private readonly running = new Set<string>();

  constructor(private readonly print: (line: string) => void) {}

  show(event: RehearsalEvent): void {
    switch (event.type) {
      case 'system-started':
        return this.print(`\n${styleText('bold', event.system)}`);
      case 'preparing':
        return this.print(styleText('dim', `  ${event.system}: making ${event.what}`));
      case 'scenario-started':
        this.running.add(event.scenario);
        return this.print(`\n  ${styleText('bold', `${event.system}/${event.scenario}`)}  ${event.title}`);
      case 'step':
        return this.step(event, this.running.size > 1 ? styleText('dim', `${event.scenario}: `) : '');
      case 'scenario-ended': {
        this.running.delete(event.scenario);
        const time = `${duration(event.cloudSeconds)} in the cloud, ${event.wallSeconds.toFixed(1)} s here`;
        this.print(event.outcome === 'passed' ? `  ${MARK.ok} ${event.system}/${event.scenario} passed (${time})` : `  ${MARK.failed} ${event.system}/${event.scenario} FAILED (${time}): ${event.failure ?? ''}`);
        return event.outcome === 'failed' ? event.refusals.forEach((refusal) => this.print(`      refused: ${refusal}`)) : undefined;
      }
      case 'cloud-ended':
        return undefined;
      case 'system-ended':
        return this.system(event);
    }
  }

  private step({ title, outcome, evidence, cloudSeconds, wallSeconds }: StepRecord, whose: string): void {
    const time = wallSeconds === 0 && cloudSeconds === 0 ? '' : styleText('dim', `  ${duration(cloudSeconds)} / ${wallSeconds.toFixed(1)} s`);
    this.print(`    ${MARK[outcome]} ${whose}${title.padEnd(TITLE_WIDTH)}${time}`);
    for (const line of evidence) this.print(styleText('dim', `        ${line}`));
  }

  private system({ system, outcome, failure, wallSeconds, permissions, defects }: SystemRecord): void {
    this.print(`\n${outcome === 'passed' ? MARK.ok : MARK.failed} ${styleText('bold', system)} ${outcome} in ${wallSeconds.toFixed(1)} s; ${permissions.used} of ${permissions.granted} permissions of its roles were used`);
    if (failure) this.print(`    ${failure}`);
    for (const unused of permissions.unused) this.print(styleText('red', `    never used: ${unused}`));
    for (const redundant of permissions.redundant) this.print(styleText('red', `    never needed, as another permission allows the same: ${redundant}`));
    for (const defect of defects) this.print(styleText('red', `    defect of the local cloud: ${defect}`));
  }
}

/** Cloud time in the largest unit that fits. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = seconds / 60;
  if (minutes < 100) return `${minutes.toFixed(0)} min`;
  const hours = minutes / 60;
  return hours < 72 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} d`;
}
