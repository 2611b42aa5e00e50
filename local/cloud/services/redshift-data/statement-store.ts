import type { CloudClock } from '../../gateway/clock';
import { AwsError } from '../../gateway/aws-error';
import { PerRegion, type Call, type Place } from '../../gateway/service';
import { hasEnded, identityOf, type Statement, type StatementPart } from './statement';

/** "The query results are available for 24 hours" after the statement ran: https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html */
const RETENTION_MS = 24 * 3_600_000;
/** "Maximum number of active queries (STARTED and SUBMITTED queries) per cluster is 500." */
const MOST_ACTIVE = 500;

/** A statement and the part of it that an id with a suffix, such as `…:2`, means. */
export interface FoundStatement {
  readonly statement: Statement;
  readonly part: StatementPart | undefined;
}

/** The statements of every account and region. */
export class StatementStore {
  private readonly regions = new PerRegion(() => ({ statements: new Map<string, Statement>(), byClientToken: new Map<string, Statement>() }));

  constructor(private readonly clock: Pick<CloudClock, 'nowMs'>) {}

  add(statement: Statement, clientToken: string | undefined): void {
    const { statements, byClientToken } = this.regions.in(statement.place);
    const active = [...statements.values()].filter((other) => !hasEnded(other) && other.clusterIdentifier === statement.clusterIdentifier && other.workgroupName === statement.workgroupName);
    if (active.length >= MOST_ACTIVE) throw new AwsError('ActiveStatementsExceededException', `Active statements exceeded the allowed quota (${MOST_ACTIVE}).`);
    statements.set(statement.id, statement);
    if (clientToken !== undefined) byClientToken.set(`${statement.owner} ${clientToken}`, statement);
  }

  /** What the same caller has handed in with this token before. */
  repeated(call: Call, clientToken: string | undefined): Statement | undefined {
    return clientToken === undefined ? undefined : this.regions.in(call).byClientToken.get(`${identityOf(call.principal)} ${clientToken}`);
  }

  /** A statement of the caller; others' do not exist for it. */
  find(call: Call, id = ''): FoundStatement {
    const known = this.peek(call, id);
    if (!known || known.owner !== identityOf(call.principal) || this.isForgotten(known)) throw notFound('Query does not exist.', id);
    const part = id === known.id ? undefined : known.parts.find((each) => each.id === id);
    if (id !== known.id && !part) throw notFound('Query does not exist.', id);
    return { statement: known, part };
  }

  /** The statement that an id means, whoever asks. */
  peek(place: Place, id = ''): Statement | undefined {
    return this.regions.in(place).statements.get(id.split(':')[0] ?? '');
  }

  /** The caller's, the newest first. */
  listed(call: Call): readonly Statement[] {
    const own = [...this.regions.in(call).statements.values()].filter((statement) => statement.owner === identityOf(call.principal) && !this.isForgotten(statement));
    return own.reverse();
  }

  private isForgotten({ createdAt }: Statement): boolean {
    return this.clock.nowMs() - createdAt.getTime() > RETENTION_MS;
  }
}

/** The error for an id that leads nowhere. */
export function notFound(message: string, id: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { details: { ResourceId: id } });
}
