import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { listScenarios, select } from './rehearsal/catalogue';
import { createRehearsalProgram, type RehearsalOptions } from './rehearsal/command-line';
import type { RehearsalEvent } from './rehearsal/events';
import type { SystemProcessInput } from './rehearsal/play-system-process';
import { synthesize } from './rehearsal/synthesize';
import { htmlReport } from './report/html/html-report';
import { jsonReport } from './report/json-report';
import { TerminalReport } from './report/terminal-report';

/** How many systems are rehearsed side by side: each keeps about one core busy. */
const SIDE_BY_SIDE = 2;

async function main(): Promise<void> {
  const options = createRehearsalProgram().parse().opts<RehearsalOptions>();
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (options.list) {
    print(listScenarios());
    return;
  }
  const startedMs = performance.now();
  print('Synthesizing the app as it would be deployed ...');
  const assemblyDirectory = await synthesize(options.environment);
  const report = new TerminalReport(print);
  const events: RehearsalEvent[] = [];
  const waiting = select(options.only).map(({ rehearsal, scenario }) => (scenario ? `${rehearsal.system}/${scenario}` : rehearsal.system));
  const input = { environment: options.environment, assemblyDirectory, faults: options.fault, denials: options.deny };
  const worker = async () => {
    for (let only = waiting.shift(); only !== undefined; only = waiting.shift()) {
      await play({ ...input, only }, (event) => {
        events.push(event);
        report.show(event);
      });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  const result = jsonReport(events, { finishedAt: new Date(), wallSeconds: (performance.now() - startedMs) / 1000 });
  mkdirSync(options.report, { recursive: true });
  writeFileSync(path.join(options.report, 'rehearsal.json'), JSON.stringify(result, null, 2));
  writeFileSync(path.join(options.report, 'rehearsal.html'), htmlReport(result));
  print(`\nWhat this rehearsal cannot prove:\n${result.cannotProve.map((line) => `  - ${line}`).join('\n')}`);
  for (const rule of result.idleRules) print(`\nThe rule ${rule} met nothing: nothing of what it should have tested was tested.`);
  print(`\n${result.scenarios.passed} scenarios passed, ${result.scenarios.failed} failed. Report: ${path.join(options.report, 'rehearsal.html')}`);
  process.exitCode = result.outcome === 'passed' ? 0 : 1;
}

function play(input: SystemProcessInput, tell: (event: RehearsalEvent) => void): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'rehearsal', 'play-system-process.ts'), JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let ended = false;
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const event = JSON.parse(line) as RehearsalEvent;
      ended ||= event.type === 'system-ended';
      tell(event);
    });
    const stop = () => child.kill('SIGINT');
    process.once('SIGINT', stop).once('SIGTERM', stop);
    child.once('close', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      if (!ended) {
        const system = input.only.split('/')[0] ?? '';
        tell({ type: 'system-ended', system, outcome: 'failed', failure: `its process ended with ${signal ?? code ?? 'nothing'}`, wallSeconds: 0, permissions: { granted: 0, used: 0, unused: [], redundant: [], usedBy: {} }, defects: [], idleRules: [] });
      }
      resolve();
    });
  });
}

void main();
