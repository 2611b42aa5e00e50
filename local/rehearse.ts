import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { listScenarios, select } from './rehearsal/catalogue';
import { createRehearsalProgram, type RehearsalOptions } from './rehearsal/command-line';
import type { RehearsalEvent } from './rehearsal/events';
import { rehearseSystems } from './rehearsal/rehearse-systems';
import { synthesize } from './rehearsal/synthesize';
import { htmlReport } from './report/html/html-report';
import { jsonReport } from './report/json-report';
import { TerminalReport } from './report/terminal-report';

/** Each cloud keeps about one core busy, and its databases and functions take up to three gibibytes. */
const CLOUD_BYTES = 3 * 2 ** 30;
const MOST_CLOUDS = 4;

async function main(): Promise<void> {
  const options = createRehearsalProgram().parse().opts<RehearsalOptions>();
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (options.list) {
    print(listScenarios());
    return;
  }
  const startedMs = performance.now();
  print('Synthesizing the app as it would be deployed ...');
  const selections = select(options.only);
  const assemblyDirectory = synthesize(options.environment, options.only === undefined ? undefined : selections[0]?.rehearsal.system);
  const report = new TerminalReport(print);
  const events: RehearsalEvent[] = [];
  const tell = (event: RehearsalEvent) => {
    events.push(event);
    report.show(event);
  };
  const rehearsed = rehearseSystems(selections, { environment: options.environment, assemblyDirectory, faults: options.fault, denials: options.deny }, { sideBySide: cloudsSideBySide(), tell });
  await Promise.all([assemblyDirectory, rehearsed]);
  const result = jsonReport(events, { finishedAt: new Date(), wallSeconds: (performance.now() - startedMs) / 1000 });
  mkdirSync(options.report, { recursive: true });
  writeFileSync(path.join(options.report, 'rehearsal.json'), JSON.stringify(result, null, 2));
  writeFileSync(path.join(options.report, 'rehearsal.html'), htmlReport(result));
  print(`\nWhat this rehearsal cannot prove:\n${result.cannotProve.map((line) => `  - ${line}`).join('\n')}`);
  for (const rule of result.idleRules) print(`\nThe rule ${rule} met nothing: nothing of what it should have tested was tested.`);
  print(`\n${result.scenarios.passed} scenarios passed, ${result.scenarios.failed} failed. Report: ${path.join(options.report, 'rehearsal.html')}`);
  process.exitCode = result.outcome === 'passed' ? 0 : 1;
}

/** How many clouds this machine can run at a time. */
function cloudsSideBySide(): number {
  return Math.max(1, Math.min(MOST_CLOUDS, availableParallelism(), Math.floor(totalmem() / CLOUD_BYTES)));
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
