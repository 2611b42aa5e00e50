import { readFile } from 'node:fs/promises';
import { runCommand } from './run-command';

/** Lists the processes whose parent is this one; none when the system does not tell. */
export async function listChildProcesses(pid: number): Promise<readonly number[]> {
  try {
    const text =
      process.platform === 'linux'
        ? await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
        : await runCommand('pgrep', ['-P', String(pid)], { identity: {} });
    return text.split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
