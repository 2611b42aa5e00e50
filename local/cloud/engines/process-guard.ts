import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * Reads "watch PID" and "forget PID" from a pipe; when the pipe closes, stops what is watched and removes the directories.
 *
 * SIGQUIT is PostgreSQL's immediate shutdown; a process that was stopped gets it when it goes on. Line 7 of postmaster.pid names the System V segment that a server killed
 * outright leaves behind for good. A zombie counts as gone: in a container nobody may collect it. What a
 * dying process writes meanwhile keeps a directory from being removed: it is tried again. The directories are removed once more
 * for a few seconds, unless "finish" was said, because a command that was just being run may have made them anew.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT
pids=
looks=5
while read -r verb pid; do
  [ "$verb" = finish ] && looks=1
  kept=
  for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done
  pids=$kept
  [ "$verb" = watch ] && pids="$pids $pid"
done
alive() { kill -0 "$1" 2>/dev/null && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }
for p in $pids; do kill -QUIT "$p" 2>/dev/null; kill -CONT "$p" 2>/dev/null; done
tenths=0
for p in $pids; do
  while alive "$p" && [ $tenths -lt 100 ]; do sleep 0.1; tenths=$((tenths + 1)); done
  kill -KILL "$p" 2>/dev/null
done
clean() {
  for file in "$1"/template/postmaster.pid "$1"/servers/*/data/postmaster.pid; do
    [ -f "$file" ] && ipcrm -m "$(sed -n '7s/.* //p' "$file")" 2>/dev/null
  done
  rm -rf "$@"
}
left() { for d in "$@"; do [ -e "$d" ] && return 0; done; return 1; }
tenths=0
while clean "$@"; left "$@" && [ $tenths -lt 50 ]; do sleep 0.1; tenths=$((tenths + 1)); done
while [ $looks -gt 1 ]; do sleep 1; looks=$((looks - 1)); clean "$@"; done
`;

/**
 * Sees to it that nothing outlives this process, however it ends, kill -9 included: a shell holds the other end of a
 * pipe and, when the pipe closes, stops the watched servers and removes the directories.
 */
export class ProcessGuard {
  private readonly shell: ChildProcess;

  /** The first directory is the engine's; all are removed. */
  constructor(private readonly directory: string, ...others: readonly string[]) {
    // Detached: an interrupt typed at the terminal must not reach it before it has done its work.
    this.shell = spawn('sh', ['-c', SCRIPT, 'holdfast-guard', directory, ...others], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.shell.unref();
    this.pipe.unref();
    this.pipe.on('error', () => undefined);
  }

  /** Stops this process when ours ends. */
  watch(pid: number): void {
    this.pipe.write(`watch ${pid}\n`);
  }

  /** Lets go of a process that has ended. */
  forget(pid: number): void {
    this.pipe.write(`forget ${pid}\n`);
  }

  /** Stops everything watched now, removes the directories and waits until that is done. */
  async finish(): Promise<void> {
    if (this.shell.exitCode !== null) return;
    this.shell.ref();
    const exited = once(this.shell, 'exit');
    this.pipe.end('finish\n');
    await exited;
  }

  private get pipe(): Socket {
    if (!this.shell.stdin) throw new Error(`cannot start a shell to guard ${this.directory}`);
    return this.shell.stdin as Socket;
  }
}
