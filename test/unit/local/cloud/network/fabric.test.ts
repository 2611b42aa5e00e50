import { CloudClock } from '../../../../../local/cloud/gateway/clock';
import { Fabric } from '../../../../../local/cloud/network/fabric';
import type { NetworkInterface } from '../../../../../local/cloud/network/topology';
import type { InterfaceSource, InternetSource } from '../../../../../local/cloud/network/network-source';
import { PublicAddresses } from '../../../../../local/cloud/network/public-addresses';
import { change, routeTable, rule, target, twoVpcs } from './fixtures';

const AWS_PORT = 1000;
const ENDPOINT_PORTS: Readonly<Record<string, number>> = { 'vpce-secrets': 1001, 'vpce-s3': 1002, 'vpce-own': 1003 };
const SECRETS = 'secretsmanager.eu-west-1.amazonaws.com';
const functionInVpc: InterfaceSource = { kind: 'interface', name: 'function copy', region: 'eu-west-1', networkInterfaceId: 'eni-function' };
const outside: InternetSource = { kind: 'internet', name: 'function report', region: 'eu-west-1' };

let clock: CloudClock;
beforeEach(() => (clock = new CloudClock({ busy: 0, idle: Infinity }, new Date(0))));
afterEach(() => clock.stop());

function network() {
  const topology = twoVpcs();
  const addresses = new PublicAddresses();
  topology.prefixLists.set('pl-s3', { id: 'pl-s3', name: 'com.amazonaws.eu-west-1.s3', cidrs: [addresses.prefixOf('s3', 'eu-west-1')] });
  const fabric = new Fabric({
    clock,
    topology,
    addresses,
    interfaces: {
      attachInterface: ({ subnetId, securityGroupIds, description, publicAddress }) => {
        const added: NetworkInterface = { id: 'eni-new', vpcId: 'vpc-a', subnetId, securityGroupIds, description, address: '10.0.1.200', publicAddress };
        topology.networkInterfaces.set(added.id, added);
        return added;
      },
      detachInterface: (id) => void topology.networkInterfaces.delete(id),
    },
    awsPort: AWS_PORT,
    endpointPort: async (id) => ENDPOINT_PORTS[id]!,
  });
  return { topology, fabric };
}

const IN_DATABASE_SUBNET = { subnetId: 'subnet-databases', securityGroupIds: ['sg-databases'] };

describe('the fabric', () => {
  it('leads to a database by its name', async () => {
    const { fabric } = network();
    const { address } = fabric.registerHost({ name: 'Orders.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });

    const { verdict } = await fabric.connect(functionInVpc, 'orders.example', 5432);

    expect(verdict).toEqual({ kind: 'open', localPort: 5001, address });
  });

  it('refuses a port on which nothing listens', async () => {
    const { fabric, topology } = network();
    fabric.registerHost({ name: 'orders.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
    change(topology.securityGroups, 'sg-databases', { ingress: [rule('-1', { cidr: '0.0.0.0/0' })] });

    expect((await fabric.connect(functionInVpc, 'orders.example', 5433)).verdict.kind).toBe('refuse');
  });

  it('tells hosts behind one interface apart by name', async () => {
    const { fabric } = network();
    const writer = fabric.registerHost({ name: 'writer.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
    fabric.registerHost({ name: 'reader.example', port: 5432, localPort: 5002, placement: { networkInterfaceId: writer.networkInterfaceId! } });

    expect((await fabric.connect(functionInVpc, 'reader.example', 5432)).verdict).toMatchObject({ localPort: 5002 });
    expect((await fabric.connect(functionInVpc, 'writer.example', 5432)).verdict).toMatchObject({ localPort: 5001 });
  });

  it('removes an interface with the last host behind it', () => {
    const { fabric, topology } = network();
    const first = fabric.registerHost({ name: 'writer.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
    const second = fabric.registerHost({ name: 'reader.example', port: 5432, localPort: 5002, placement: { networkInterfaceId: first.networkInterfaceId! } });

    first.remove();
    expect(topology.networkInterfaces.has('eni-new')).toBe(true);
    second.remove();
    expect(topology.networkInterfaces.has('eni-new')).toBe(false);
  });

  it('gives a public host one address outside its VPC and another within', async () => {
    const { fabric } = network();
    fabric.registerHost({ name: 'web.example', port: 5432, localPort: 5006, placement: { subnetId: 'subnet-public', securityGroupIds: ['sg-public'], isPublic: true } });

    expect((await fabric.connect(outside, 'web.example', 5432)).verdict).toEqual({ kind: 'open', localPort: 5006, address: expect.stringMatching(/^198\.18\./) as string });
    expect((await fabric.connect(functionInVpc, 'web.example', 5432)).verdict).toEqual({ kind: 'open', localPort: 5006, address: '10.0.1.200' });
  });

  it('goes on to the address of an endpoint that can be reached', async () => {
    const { fabric, topology } = network();
    topology.networkInterfaces.set('eni-closed', { ...topology.networkInterfaces.get('eni-endpoint')!, id: 'eni-closed', address: '10.0.1.21', securityGroupIds: [] });
    change(topology.vpcEndpoints, 'vpce-secrets', { networkInterfaceIds: ['eni-closed', 'eni-endpoint'] });

    expect((await fabric.connect(functionInVpc, SECRETS, 443)).verdict).toMatchObject({ kind: 'open', address: '10.0.1.20' });
  });

  it('takes a call of AWS through the interface endpoint, where there is one', async () => {
    const { fabric } = network();

    expect((await fabric.connect(functionInVpc, SECRETS, 443)).verdict).toEqual({ kind: 'open', localPort: ENDPOINT_PORTS['vpce-secrets'], address: '10.0.1.20' });
    expect((await fabric.connect(outside, SECRETS, 443)).verdict).toMatchObject({ localPort: AWS_PORT });
  });

  it('takes a call of S3 through the gateway endpoint, for the endpoint\'s region alone', async () => {
    const { fabric } = network();

    expect((await fabric.connect(functionInVpc, 'backups.s3.eu-west-1.amazonaws.com', 443)).verdict).toMatchObject({ localPort: ENDPOINT_PORTS['vpce-s3'] });
    expect((await fabric.connect(functionInVpc, 'backups.s3.us-east-1.amazonaws.com', 443)).verdict).toMatchObject({ localPort: AWS_PORT });
  });

  it('leaves private names to AWS when private DNS is off', async () => {
    const { fabric, topology } = network();
    change(topology.vpcEndpoints, 'vpce-secrets', { privateDnsEnabled: false });

    expect((await fabric.connect(functionInVpc, SECRETS, 443)).verdict).toMatchObject({ localPort: AWS_PORT });
    expect((await fabric.connect(functionInVpc, 'vpce-secrets.secretsmanager.eu-west-1.vpce.amazonaws.com', 443)).verdict).toMatchObject({ localPort: ENDPOINT_PORTS['vpce-secrets'] });
  });

  it('resolves nothing in a VPC without DNS', async () => {
    const { fabric, topology } = network();
    change(topology.vpcs, 'vpc-a', { enableDnsSupport: false });

    expect((await fabric.connect(functionInVpc, SECRETS, 443)).verdict.kind).toBe('unknown-host');
  });

  it('knows a name of a private zone in its VPCs only', async () => {
    const { fabric } = network();
    fabric.registerHost({ name: 'vault.example.internal', port: 5432, localPort: 5003, placement: IN_DATABASE_SUBNET, privateToVpcIds: ['vpc-a'] });

    expect((await fabric.connect(functionInVpc, 'vault.example.internal', 5432)).verdict.kind).toBe('open');
    expect((await fabric.connect(outside, 'vault.example.internal', 5432)).verdict.kind).toBe('unknown-host');
  });

  it('reaches a PrivateLink service through an endpoint of its own, by the name of the host', async () => {
    const { fabric, topology } = network();
    const serviceName = 'com.amazonaws.vpce.eu-west-1.vpce-svc-1';
    fabric.registerHost({ name: 'account.privatelink.example', port: 443, localPort: 5004, placement: { privateLinkService: serviceName } });
    expect((await fabric.connect(functionInVpc, 'account.privatelink.example', 443)).verdict.kind).toBe('unknown-host');

    topology.vpcEndpoints.set('vpce-own', { ...topology.vpcEndpoints.get('vpce-secrets')!, id: 'vpce-own', serviceName });
    topology.vpcEndpoints.delete('vpce-secrets');

    expect((await fabric.connect(functionInVpc, 'account.privatelink.example', 443)).verdict).toMatchObject({ kind: 'open', localPort: 5004 });
  });

  it('asks an added name server first, and follows its aliases', async () => {
    const { fabric } = network();
    fabric.registerHost({ name: 'orders.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
    const remove = fabric.addNameServer({ resolve: (name) => (name === 'app.example' ? { kind: 'alias', name: 'Orders.example.' } : undefined) });

    expect((await fabric.connect(functionInVpc, 'app.example', 5432)).verdict.kind).toBe('open');
    remove();
    expect((await fabric.connect(functionInVpc, 'app.example', 5432)).verdict.kind).toBe('unknown-host');
  });

  it('remembers what it denied, why, and what would help', async () => {
    const { fabric, topology } = network();
    topology.vpcEndpoints.delete('vpce-secrets');
    topology.routeTables.set('rtb-private', routeTable('rtb-private', 'vpc-a', ['subnet-functions'], {}));

    const { verdict } = await fabric.connect(functionInVpc, SECRETS, 443);

    expect(verdict.kind).toBe('drop');
    expect(fabric.denied.all()).toEqual([
      {
        at: new Date(0),
        source: 'function copy',
        region: 'eu-west-1',
        host: SECRETS,
        port: 443,
        kind: 'dropped',
        explanation: expect.stringMatching(/^subnet-functions of function copy has no route to 198\.18\./) as string,
        hint: 'no endpoint for secretsmanager in vpc-a and no NAT route: add one',
      },
    ]);
  });

  test.each([
    ['an endpoint without private DNS', (topology: ReturnType<typeof twoVpcs>) => change(topology.vpcEndpoints, 'vpce-secrets', { privateDnsEnabled: false }), SECRETS, 'has no private DNS'],
    ['an endpoint that is not ready', (topology: ReturnType<typeof twoVpcs>) => change(topology.vpcEndpoints, 'vpce-secrets', { state: 'pending' }), SECRETS, 'vpce-secrets for secretsmanager is pending'],
    ['an API of another region', () => undefined, 'sts.us-east-1.amazonaws.com', 'reached through a NAT gateway'],
    ['a gateway endpoint that is not in the route table', () => undefined, 's3.eu-west-1.amazonaws.com', 'vpce-s3 for s3 is not in the subnet'],
  ])('gives a hint about %s', async (_what, breaking, host, hint) => {
    const { fabric, topology } = network();
    topology.routeTables.set('rtb-private', routeTable('rtb-private', 'vpc-a', ['subnet-functions'], {}));
    breaking(topology);

    await fabric.connect(functionInVpc, host, 443);

    expect(fabric.denied.all()[0]?.hint).toContain(hint);
  });

  describe('asked to go on trying', () => {
    const MINUTES = 5 * 60_000;
    const blocked = async (answered: (port: unknown) => void) => {
      const { fabric } = network();
      fabric.registerHost({ name: 'orders.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
      const heal = fabric.cut({ name: 'function copy' });
      const { verdict, close } = await fabric.connect(functionInVpc, 'orders.example', 5432, undefined, (opened) => answered(opened.verdict));
      expect(verdict.kind).toBe('drop');
      return { heal, close };
    };

    it('is there when a packet gets through that was sent again: after 1, 3, 7 seconds and so on', async () => {
      const answers: [verdict: unknown, atMs: number][] = [];
      const { heal } = await blocked((verdict) => answers.push([verdict, clock.nowMs()]));

      await clock.pass(3_500);
      heal();
      await clock.pass(MINUTES);

      expect(answers).toEqual([[{ kind: 'open', localPort: 5001, address: '10.0.1.200' }, 7_000]]);
    });

    it('gives up after six times', async () => {
      const answered = jest.fn();
      const { heal } = await blocked(answered);

      await clock.pass(63_001);
      heal();
      await clock.pass(MINUTES);

      expect(answered).not.toHaveBeenCalled();
    });

    it('ends when the process has lost its patience', async () => {
      const answered = jest.fn();
      const { heal, close } = await blocked(answered);

      close();
      heal();
      await clock.pass(MINUTES);

      expect(answered).not.toHaveBeenCalled();
    });

    it('cuts a connection that came about late like any other', async () => {
      const { fabric } = network();
      fabric.registerHost({ name: 'orders.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
      const heal = fabric.cut({ name: 'function copy' });
      const severed = jest.fn();
      await fabric.connect(functionInVpc, 'orders.example', 5432, severed, () => undefined);

      heal();
      await clock.pass(MINUTES);
      fabric.cut({ name: 'function copy' });

      expect(severed).toHaveBeenCalledTimes(1);
    });
  });

  describe('when it is cut', () => {
    it('drops new connections and ends open ones, until it is healed', async () => {
      const { fabric } = network();
      fabric.registerHost({ name: 'orders.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
      const severed = jest.fn();
      await fabric.connect(functionInVpc, 'orders.example', 5432, severed);

      const heal = fabric.cut({ name: 'function copy' }, { vpcId: 'vpc-a' });

      expect(severed).toHaveBeenCalledTimes(1);
      expect((await fabric.connect(functionInVpc, 'orders.example', 5432)).verdict.kind).toBe('drop');
      expect((await fabric.connect(functionInVpc, 'example.s3.us-east-1.amazonaws.com', 443)).verdict.kind).toBe('open');
      heal();
      expect((await fabric.connect(functionInVpc, 'orders.example', 5432)).verdict.kind).toBe('open');
    });

    it('leaves alone what a process has closed', async () => {
      const { fabric } = network();
      fabric.registerHost({ name: 'orders.example', port: 5432, localPort: 5001, placement: IN_DATABASE_SUBNET });
      const severed = jest.fn();
      const { close } = await fabric.connect(functionInVpc, 'orders.example', 5432, severed);

      close();
      fabric.cut({ name: 'function copy' });

      expect(severed).not.toHaveBeenCalled();
    });

    it('loses a region to everybody', async () => {
      const { fabric } = network();
      fabric.cut({ region: 'eu-west-1' });

      const inStandby: InternetSource = { ...outside, region: 'us-east-1' };
      expect((await fabric.connect(inStandby, SECRETS, 443)).verdict.kind).toBe('drop');
      expect((await fabric.connect(inStandby, 'sts.us-east-1.amazonaws.com', 443)).verdict.kind).toBe('open');
      expect((await fabric.connect(outside, 'sts.us-east-1.amazonaws.com', 443)).verdict.kind).toBe('drop');
    });
  });

  it('routes to a listening process by its interface', async () => {
    const { fabric, topology } = network();
    topology.routeTables.set('rtb-peer', routeTable('rtb-peer', 'vpc-b', ['subnet-peer'], { '10.0.0.0/16': target('peering', 'pcx-1') }));
    const task = fabric.viewOf({ kind: 'interface', name: 'task web', region: 'eu-west-1', networkInterfaceId: 'eni-peer' }, { accepts: true });

    const stop = task.listening!(5432, 5005);

    expect((await fabric.connect(functionInVpc, '10.1.0.10', 5432)).verdict).toMatchObject({ kind: 'open', localPort: 5005 });
    stop();
    expect((await fabric.connect(functionInVpc, '10.1.0.10', 5432)).verdict.kind).toBe('refuse');
  });
});
