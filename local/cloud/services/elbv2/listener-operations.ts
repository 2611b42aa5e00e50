import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Operations } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import { checkActions, groupsIn } from './actions';
import { attributeList, setAttributes } from './attributes';
import { describeListener } from './describe';
import { ElbAccess } from './elb-access';
import type { ElbContext } from './elb-context';
import { validationError } from './elb-errors';
import { elbArn, newId } from './elb-state';
import { LISTENER_ATTRIBUTES } from './life-cycle';
import type { Listener, LoadBalancer } from './load-balancing';

const PAGE = 400;
/** What CDK and the console recommend, and what applies where nothing is said is older: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';

/** Listeners, each of which really listens. */
export function listenerOperations({ state, nodes, health }: ElbContext): Operations<typeof sdk> {
  const access = new ElbAccess(state);

  return {
    CreateListener: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html: the load balancer is the resource.
      access: ({ LoadBalancerArn }, call) => access.on(call, LoadBalancerArn),
      run: async (input, call) => {
        const loadBalancer = state.loadBalancer(call, input.LoadBalancerArn);
        const created = newListener(loadBalancer, input);
        created.defaultActions = checkActions(state, loadBalancer, input.DefaultActions);
        if ([...loadBalancer.listeners.values()].some(({ port }) => port === created.port)) throw new AwsError('DuplicateListenerException', 'A listener already exists on this port for this load balancer');
        loadBalancer.listeners.set(created.arn, created);
        await nodes.listen(created);
        for (const group of groupsIn(state, call, created.defaultActions)) health.refresh(group);
        return { Listeners: [describeListener(created)] };
      },
    },
    DescribeListeners: {
      access: access.describe,
      run: ({ LoadBalancerArn, ListenerArns, PageSize = PAGE, Marker }, call) => {
        const listeners = ListenerArns?.map((arn) => state.listener(call, arn)) ?? [...state.loadBalancer(call, LoadBalancerArn).listeners.values()];
        const page = pageOf(listeners, PageSize, Marker);
        if (!page) throw validationError('Invalid Marker');
        return { Listeners: page.items.map(describeListener), ...(page.nextToken && { NextMarker: page.nextToken }) };
      },
    },
    ModifyListener: {
      access: ({ ListenerArn }, call) => access.on(call, ListenerArn),
      run: async (input, call) => {
        const listener = state.listener(call, input.ListenerArn);
        const before = listener.defaultActions;
        if (input.DefaultActions) listener.defaultActions = checkActions(state, listener.loadBalancer, input.DefaultActions);
        if (input.Certificates) listener.certificates = input.Certificates;
        if (input.SslPolicy !== undefined) listener.sslPolicy = input.SslPolicy;
        const port = input.Port ?? listener.port;
        const protocol = protocolOf(input.Protocol ?? listener.protocol, listener.certificates);
        if (port !== listener.port || protocol !== listener.protocol) {
          Object.assign(listener, { port, protocol });
          await nodes.listen(listener);
        }
        for (const group of groupsIn(state, call, before, listener.defaultActions)) health.refresh(group);
        return { Listeners: [describeListener(listener)] };
      },
    },
    DeleteListener: {
      access: ({ ListenerArn }, call) => access.on(call, ListenerArn),
      run: async ({ ListenerArn }, call) => {
        const listener = state.listener(call, ListenerArn);
        await nodes.close(listener);
        listener.loadBalancer.listeners.delete(listener.arn);
        for (const group of groupsIn(state, call, listener.defaultActions, ...[...listener.rules.values()].map(({ actions }) => actions))) health.refresh(group);
        return {};
      },
    },
    DescribeListenerAttributes: { access: access.describe, run: ({ ListenerArn }, call) => ({ Attributes: attributeList(state.listener(call, ListenerArn).attributes) }) },
    ModifyListenerAttributes: {
      access: ({ ListenerArn }, call) => access.on(call, ListenerArn),
      run: ({ ListenerArn, Attributes }, call) => {
        const { attributes } = state.listener(call, ListenerArn);
        setAttributes(attributes, Attributes);
        return { Attributes: attributeList(attributes) };
      },
    },
    DescribeListenerCertificates: {
      access: access.describe,
      run: ({ ListenerArn }, call) => ({ Certificates: state.listener(call, ListenerArn).certificates.map((each, index) => ({ ...each, IsDefault: index === 0 })) }),
    },
    AddListenerCertificates: {
      access: ({ ListenerArn }, call) => access.on(call, ListenerArn),
      run: ({ ListenerArn, Certificates = [] }, call) => {
        const listener = state.listener(call, ListenerArn);
        listener.certificates = [...listener.certificates, ...Certificates];
        return { Certificates };
      },
    },
  };
}

function newListener(loadBalancer: LoadBalancer, { Port: port, Protocol, Certificates = [], SslPolicy, Tags }: sdk.CreateListenerInput): Listener {
  if (port === undefined || port < 1 || port > 65_535) throw validationError(`Listener port ${port ?? ''} must be between 1 and 65535`);
  const id = newId();
  const protocol = protocolOf(Protocol, Certificates);
  return {
    arn: elbArn(loadBalancer, `listener/${loadBalancer.fullName}/${id}`),
    defaultRuleArn: elbArn(loadBalancer, `listener-rule/${loadBalancer.fullName}/${id}/${newId()}`),
    loadBalancer,
    attributes: new Map(Object.entries(LISTENER_ATTRIBUTES)),
    rules: new Map(),
    port,
    protocol,
    certificates: Certificates,
    sslPolicy: protocol === 'HTTPS' ? (SslPolicy ?? DEFAULT_SSL_POLICY) : undefined,
    defaultActions: [],
    tags: tagMap(Tags),
  };
}

function protocolOf(protocol: string | undefined, certificates: readonly sdk.Certificate[]): 'HTTP' | 'HTTPS' {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw new AwsError('UnsupportedProtocolException', `Listener protocol '${protocol ?? ''}' must be one of 'HTTP, HTTPS'`);
  if (protocol === 'HTTPS' && certificates.length === 0) throw new AwsError('CertificateNotFoundException', 'A certificate must be specified for HTTPS listeners');
  return protocol;
}
