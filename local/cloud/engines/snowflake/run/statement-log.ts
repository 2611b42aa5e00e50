import { EventEmitter, once } from 'node:events';
import type { SnowflakeError } from '../snowflake-error';

/** One statement as QUERY_HISTORY tells it. */
export interface LoggedStatement {
  readonly queryId: string;
  readonly sqlText: string;
  readonly kind: string;
  readonly queryTag: string;
  readonly user: string;
  readonly role: string;
  readonly warehouse: string | null;
  readonly database: string | null;
  readonly schema: string | null;
  readonly sessionId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly rowsProduced: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const MOST_ENTRIES = 10_000;

/** Remembers the statements of all sessions, newest last. Passwords never get in. */
export class StatementLog {
  private readonly entries: LoggedStatement[] = [];
  private readonly added = new EventEmitter().setMaxListeners(0);

  add(entry: LoggedStatement): void {
    const kept = { ...entry, sqlText: withoutSecrets(entry.sqlText) };
    this.entries.push(kept);
    if (this.entries.length > MOST_ENTRIES) this.entries.shift();
    this.added.emit('statement', kept);
  }

  /** The first statement like this, as soon as there is one. */
  async first(matches: (entry: LoggedStatement) => boolean): Promise<LoggedStatement> {
    const known = this.entries.find(matches);
    if (known) return known;
    for (;;) {
      const [entry] = (await once(this.added, 'statement')) as [LoggedStatement];
      if (matches(entry)) return entry;
    }
  }

  all(): readonly LoggedStatement[] {
    return this.entries;
  }
}

function withoutSecrets(sqlText: string): string {
  return sqlText.replace(/(PASSWORD\s*=\s*)'(?:[^'\\]|\\.|'')*'/gi, "$1'***'");
}

export function failureOf({ code, message }: SnowflakeError): { code: string; message: string } {
  return { code, message };
}
