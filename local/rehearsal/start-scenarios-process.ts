import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { programArguments } from '../program-arguments';
import type { CloudRecord, RehearsalEvent } from './events';
import type { ScenariosProcessInput } from './play-scenarios-process';

/**
 * Plays scenarios on a cloud in a process of its own, which gets the assembly when it is there; what interrupts this process
 * interrupts that one. Resolves with what the cloud left behind, also when its process died.
 */
export function startScenariosProcess(input: ScenariosProcessInput, assemblyDirectory: Promise<string>, tell: (event: RehearsalEvent) => void): Promise<CloudRecord> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...programArguments('local/rehearsal/play-scenarios-process'), JSON.stringify(input)], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined);
    void assemblyDirectory.then((directory) => child.stdin.end(directory), () => child.kill('SIGINT'));
    let ended: CloudRecord | undefined;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as RehearsalEvent;
      if (event.type === 'cloud-ended') ended = event;
      tell(event);
    });
    const stop = () => child.kill('SIGINT');
    process.once('SIGINT', stop).once('SIGTERM', stop);
    child.once('close', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(ended ?? { system: input.system, failure: `its process ended with ${signal ?? code ?? 'nothing'}`, accounts: [], defects: [], idleRules: [] });
    });
  });
}
