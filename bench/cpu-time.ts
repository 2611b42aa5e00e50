import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the machine. */
const TICKS_PER_SECOND = 100;
/** Positions in /proc/<pid>/stat behind the name, which may contain blanks: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const PARENT = 1;
const TIMES = [11, 12, 13, 14];

/** Seconds of CPU that a process and its children have had so far, ended children included; nothing where there is no /proc. */
export function cpuSecondsOf(pid: number): number | undefined {
  const own = statOf(pid);
  if (!own) return undefined;
  const children = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => statOf(Number(entry)) ?? [])
    .filter((stat) => Number(stat[PARENT]) === pid);
  return [own, ...children].reduce((sum, stat) => sum + TIMES.reduce((ticks, at) => ticks + Number(stat[at]), 0), 0) / TICKS_PER_SECOND;
}

export function parentOf(pid: number): number | undefined {
  const stat = statOf(pid);
  return stat && Number(stat[PARENT]);
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
