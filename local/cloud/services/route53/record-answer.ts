import type * as sdk from '@aws-sdk/client-route-53';
import { normalName, type HostedZone } from './hosted-zone';

/** A record in an answer. */
export interface AnswerRecord {
  /** Ends with a dot. */
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  readonly value: string;
}

export interface AnswerPorts {
  /** Whether a health check says healthy; those that do not exist do. */
  isHealthy(healthCheckId: string): boolean;
  /** A load balancer by its DNS name: where it is and whether its targets are healthy. */
  loadBalancer(dnsName: string): { readonly addresses: readonly string[]; readonly isHealthy: boolean } | undefined;
  /** Random, at least 0 and less than 1, for weighted records. */
  random(): number;
}

/** A chain of aliases within a zone longer than this is a circle. */
const LONGEST_CHAIN = 8;
const MOST_MULTIVALUE_ANSWERS = 8;

/**
 * Chooses among records as Route 53 does.
 *
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export class RecordAnswer {
  constructor(
    private readonly ports: AnswerPorts,
    private readonly ttlOfLoadBalancers: number,
  ) {}

  /** The records for a name in the zone, a CNAME where there is no record of the type; none for a name without either. */
  to(zone: HostedZone, name: string, type: string): readonly AnswerRecord[] {
    const own = this.chosen(zone, this.recordsAt(zone, name, type), 0);
    if (own.length > 0) return own.map((record) => ({ ...record, name }));
    return type === 'CNAME' ? [] : this.chosen(zone, this.recordsAt(zone, name, 'CNAME'), 0).map((record) => ({ ...record, name }));
  }

  /** Whether the zone has anything of this name. */
  has(zone: HostedZone, name: string): boolean {
    return [...zone.published.values()].some((record) => normalName(record.Name ?? '') === name) || this.wildcard(zone, name) !== undefined;
  }

  private recordsAt(zone: HostedZone, name: string, type: string): readonly sdk.ResourceRecordSet[] {
    const named = (wanted: string) => [...zone.published.values()].filter((record) => normalName(record.Name ?? '') === wanted);
    const own = named(name);
    const wildcard = own.length > 0 ? undefined : this.wildcard(zone, name);
    return (wildcard === undefined ? own : named(wildcard)).filter(({ Type }) => Type === type);
  }

  /** The nearest `*.` above a name that does not exist itself. */
  private wildcard(zone: HostedZone, name: string): string | undefined {
    const labels = name.split('.');
    const candidates = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
    return candidates.find((candidate) => candidate.endsWith(zone.name) && [...zone.published.values()].some((record) => normalName(record.Name ?? '').replace('\\052', '*') === candidate));
  }

  private chosen(zone: HostedZone, records: readonly sdk.ResourceRecordSet[], depth: number): readonly AnswerRecord[] {
    if (depth > LONGEST_CHAIN) return [];
    const [first] = records;
    if (!first) return [];
    if (first.MultiValueAnswer) return this.healthyOrAll(zone, records, depth).slice(0, MOST_MULTIVALUE_ANSWERS).flatMap((record) => this.valuesOf(zone, record, depth));
    const record = first.Failover !== undefined ? this.byFailover(zone, records, depth) : first.Weight !== undefined ? this.byWeight(zone, records, depth) : first;
    return record ? this.valuesOf(zone, record, depth) : [];
  }

  /** The primary while it is healthy, or when the secondary is not either. */
  private byFailover(zone: HostedZone, records: readonly sdk.ResourceRecordSet[], depth: number): sdk.ResourceRecordSet | undefined {
    const primary = records.find(({ Failover }) => Failover === 'PRIMARY');
    const secondary = records.find(({ Failover }) => Failover === 'SECONDARY');
    if (!primary || !secondary) return primary ?? secondary;
    return !this.isHealthy(zone, primary, depth) && this.isHealthy(zone, secondary, depth) ? secondary : primary;
  }

  private byWeight(zone: HostedZone, records: readonly sdk.ResourceRecordSet[], depth: number): sdk.ResourceRecordSet | undefined {
    const healthy = this.healthyOrAll(zone, records, depth);
    const weighted = healthy.filter(({ Weight = 0 }) => Weight > 0);
    const candidates = weighted.length > 0 ? weighted : healthy;
    const weightOf = ({ Weight = 0 }: sdk.ResourceRecordSet): number => (weighted.length > 0 ? Weight : 1);
    let rest = this.ports.random() * candidates.reduce((sum, record) => sum + weightOf(record), 0);
    return candidates.find((record) => (rest -= weightOf(record)) < 0) ?? candidates[0];
  }

  private healthyOrAll(zone: HostedZone, records: readonly sdk.ResourceRecordSet[], depth: number): readonly sdk.ResourceRecordSet[] {
    const healthy = records.filter((record) => this.isHealthy(zone, record, depth));
    return healthy.length > 0 ? healthy : records;
  }

  private isHealthy(zone: HostedZone, { AliasTarget, HealthCheckId }: sdk.ResourceRecordSet, depth: number): boolean {
    if (HealthCheckId !== undefined && !this.ports.isHealthy(HealthCheckId)) return false;
    if (!AliasTarget?.EvaluateTargetHealth) return true;
    const name = normalName(AliasTarget.DNSName ?? '');
    const loadBalancer = this.ports.loadBalancer(name);
    if (loadBalancer) return loadBalancer.isHealthy;
    const targets = [...zone.published.values()].filter((record) => normalName(record.Name ?? '') === name && record.Type !== 'NS' && record.Type !== 'SOA');
    return depth > LONGEST_CHAIN || targets.length === 0 || targets.some((target) => this.isHealthy(zone, target, depth + 1));
  }

  private valuesOf(zone: HostedZone, { Type: type = 'A', TTL = 0, ResourceRecords = [], AliasTarget, Name = '' }: sdk.ResourceRecordSet, depth: number): readonly AnswerRecord[] {
    if (!AliasTarget) return ResourceRecords.map(({ Value = '' }) => ({ name: normalName(Name), type, ttlSeconds: TTL, value: Value }));
    const target = normalName(AliasTarget.DNSName ?? '');
    const loadBalancer = this.ports.loadBalancer(target);
    if (loadBalancer) return type === 'A' ? loadBalancer.addresses.map((value) => ({ name: normalName(Name), type: 'A', ttlSeconds: this.ttlOfLoadBalancers, value })) : [];
    return this.chosen(zone, this.recordsAt(zone, target, type), depth + 1);
  }
}
