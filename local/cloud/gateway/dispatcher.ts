import { randomUUID } from 'node:crypto';
import { AwsError } from './aws-error';
import type { CallLog } from './call-log';
import type { CloudClock } from './clock';
import { errorOf, type FaultPlan } from './faults';
import { nameOf, type Principal } from './principal';
import type { RegionOutages } from './region-outages';
import type { Access, Call, EndpointPassage, Operation, Place, Service } from './service';
import { problemsOf } from './wire/conformance';
import type { OperationModel } from './wire/service-model';

/** A request whose wire form has been left behind: from a socket, or from inside the cloud. */
export interface Request extends Place {
  readonly principal: Principal;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly requestId?: string;
  readonly via?: string | undefined;
  readonly passage?: EndpointPassage | undefined;
}

/** Decides whether a call may be made. */
export interface Authorizer {
  /** Returns nothing when allowed, otherwise AWS's message that says why not. */
  refusal(call: Call, action: string, access: Access): string | undefined;
}

/** The caller will never hear of this call again: its connection stays silent. */
export class NoAnswer extends Error {
  override readonly name: string = 'NoAnswer';
}

/** The connection breaks before the answer: the caller learns that something went wrong, and not how far it went. */
export class ReplyLost extends NoAnswer {
  override readonly name = 'ReplyLost';
}

/** The region of the call, or its control plane, is out of order. */
export class RegionSilent extends NoAnswer {
  override readonly name = 'RegionSilent';
}

/** Takes every call through the same steps: fault rules, IAM, the operation, and a check of its answer. */
export class Dispatcher {
  private readonly services = new Map<string, Service>();
  private readonly killListeners = new Set<(principal: Principal) => void>();

  constructor(
    private readonly clock: CloudClock,
    private readonly faults: FaultPlan,
    private readonly authorizer: Authorizer,
    private readonly log: CallLog,
    private readonly regions: RegionOutages,
  ) {}

  register(service: Service): void {
    this.services.set(service.model.name, service);
  }

  service(name: string): Service | undefined {
    return this.services.get(name);
  }

  /** Called with the principal whose process a fault rule kills. */
  onKill(listener: (principal: Principal) => void): void {
    this.killListeners.add(listener);
  }

  /** Carries the request out. Rejects with `AwsError` for an answer that says no, and with `NoAnswer` for none. */
  async dispatch(request: Request): Promise<Record<string, unknown>> {
    const startedMs = this.clock.nowMs();
    const requestId = request.requestId ?? randomUUID();
    let outcome = 'ok';
    try {
      return await this.clock.whileWorking(() => this.carryOut(request, requestId));
    } catch (error) {
      outcome = error instanceof AwsError ? error.code : (error as Error).name;
      throw error;
    } finally {
      this.log.add({
        requestId,
        at: new Date(startedMs),
        service: request.service,
        operation: request.operation,
        account: request.account,
        region: request.region,
        principal: nameOf(request.principal),
        caller: callerOf(request.principal),
        via: request.via,
        vpcEndpointId: request.passage?.vpcEndpointId,
        durationMs: this.clock.nowMs() - startedMs,
        outcome,
      });
    }
  }

  private async carryOut(request: Request, requestId: string): Promise<Record<string, unknown>> {
    const { service, model, operation } = this.find(request);
    this.checkRegion(request);
    const effect = this.faults.next({ ...request, caller: callerOf(request.principal) });
    if (effect?.kind === 'slow') await this.clock.sleep(effect.delayMs);
    if (effect?.kind === 'timeout') throw new NoAnswer(`${request.service}:${request.operation} timed out by a fault rule`);
    if (effect?.kind === 'kill') {
      for (const listener of this.killListeners) listener(request.principal);
      throw new NoAnswer(`the caller of ${request.service}:${request.operation} was killed by a fault rule`);
    }
    const injected = effect && errorOf(effect, service.model.errors);
    if (injected) throw injected;

    const call: Call = { account: request.account, region: request.region, principal: request.principal, requestId, via: request.via, passage: request.passage };
    for (const access of operation.access(request.input, call)) this.demand(service, call, model.name, access);
    const output = await this.run(service, model, operation, request.input, call);
    if (effect?.kind === 'lost-reply') throw new ReplyLost(`the reply of ${request.service}:${request.operation} was lost by a fault rule`);
    return output;
  }

  /** Asks IAM on behalf of an operation; also used by operations that find out late what they touch. */
  demand(service: Service, call: Call, operation: string, access: Access): void {
    const action = access.action ?? `${service.iamPrefix}:${operation}`;
    const refusal = this.authorizer.refusal(call, action, access);
    if (refusal !== undefined) throw accessDenied(service, refusal);
  }

  private checkRegion({ service, operation, region }: Request): void {
    const answer = this.regions.answerOf(service, region);
    if (answer === 'timeout') throw new RegionSilent(`${service}:${operation} in ${region} does not answer`);
    if (answer === 'error') throw serviceUnavailable(service, region);
  }

  private find(request: Request): { service: Service; model: OperationModel; operation: Operation<Record<string, unknown>, Record<string, unknown>> } {
    const service = this.services.get(request.service);
    const model = service?.model.operations.get(request.operation);
    const operation = service?.operations.get(request.operation);
    if (!service || !model || !operation) {
      throw new AwsError('NotImplemented', `the local cloud does not emulate ${request.service}:${request.operation}`, { status: 501 });
    }
    return { service, model, operation };
  }

  private async run(
    service: Service,
    model: OperationModel,
    operation: Operation<Record<string, unknown>, Record<string, unknown>>,
    input: Record<string, unknown>,
    call: Call,
  ): Promise<Record<string, unknown>> {
    let output;
    try {
      output = (await operation.run(input, call)) ?? {};
    } catch (error) {
      if (error instanceof AwsError && !service.model.errors.has(error.code) && error.status === undefined) {
        throw new Error(`${service.model.name}:${model.name} raised ${error.code}, which its model does not declare: ${error.message}`, { cause: error });
      }
      throw error;
    }
    const problems = model.output.isUnitSchema() ? [] : problemsOf(model.output, output);
    if (problems.length > 0) throw new Error(`the answer to ${service.model.name}:${model.name} breaks the API's model: ${problems.join('; ')}`);
    return output;
  }
}

/** The function, task or state machine behind a principal: its session is named after it. */
export function callerOf(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return 'administrator';
    case 'role-session':
      return principal.sessionName;
    case 'service':
      return principal.name;
  }
}

/** What a caller hears of a control plane that is out of order. */
export function serviceUnavailable(service: string, region: string): AwsError {
  return new AwsError('ServiceUnavailable', `${service} is unavailable in ${region}`, { status: 503 });
}

function accessDenied({ model }: Service, message: string): AwsError {
  if (model.protocol === 'ec2Query') return new AwsError('UnauthorizedOperation', message, { status: 403 });
  const code = model.protocol === 'awsQuery' || model.protocol === 'restXml' ? 'AccessDenied' : 'AccessDeniedException';
  return new AwsError(code, message, { status: model.protocol.startsWith('awsJson') ? 400 : 403 });
}
