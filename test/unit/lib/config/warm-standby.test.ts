import { environment } from '../../../../lib/config/environments/example';
import { parseDeployment } from '../../../../lib/config/deployment';

type Shop = NonNullable<(typeof environment)['warmStandby']>[number];

const [example] = environment.warmStandby!;

/** The example with some of its warm standby changed. */
function withShop(changes: Partial<Shop>): unknown {
  return { ...environment, warmStandby: [{ ...example!, ...changes }] };
}

describe('configuration of a warm standby', () => {
  it('accepts the example', () => {
    expect(parseDeployment(withShop({})).warmStandby).toHaveLength(1);
  });

  it.each<[string, Partial<Shop>, RegExp]>([
    ['the same region twice', { standby: { ...example!.standby, region: example!.primary.region } }, /standby\.region: "ap-southeast-2" is the primary's own region/],
    ['a witness in one of the two regions', { witnessRegion: 'us-west-2' }, /witnessRegion: "us-west-2" is one of the two regions, expected a third/],
    ['networks that overlap', { standby: { ...example!.standby, cidr: '10.60.0.0/16' } }, /standby\.cidr: 10\.60\.0\.0\/16 overlaps with 10\.60\.0\.0\/16/],
    ['networks of which one contains the other', { standby: { ...example!.standby, cidr: '10.60.128.0/17' } }, /standby\.cidr: 10\.60\.128\.0\/17 overlaps with 10\.60\.0\.0\/16 of the primary/],
    ['a network that is too small', { standby: { ...example!.standby, cidr: '10.61.0.0/21' } }, /standby\.cidr: 10\.61\.0\.0\/21 is too small .*, expected \/20 or larger/],
    ['a name that a load balancer cannot have', { name: 'a-shop-of-twenty-one' }, /name: "a-shop-of-twenty-one" has 20 characters, expected at most 19/],
    ['a name that only ends like the zone', { domain: { zoneName: 'example.com', recordName: 'myexample.com' } }, /recordName: "myexample\.com" is not in the zone/],
    ['the zone itself, which no CNAME can stand for', { domain: { zoneName: 'example.com', recordName: 'example.com' } }, /recordName: "example\.com" is not in the zone, expected a name that ends with \.example\.com/],
    ['fewer tasks when it serves than when it stands by', { service: { activeTasks: 1, standbyTasks: 2 } }, /service\.standbyTasks: 2 is more than activeTasks, expected at most 1/],
    ['a backup window that RDS finds too short', { database: { ...example!.database, backupWindow: '23:45-00:10' } }, /database\.backupWindow: 23:45-00:10 has 25 min, expected at least 30/],
    ['a table name that would have to be quoted', { database: { ...example!.database, reconciledTables: [{ schema: 'app', table: 'x"; DROP TABLE y', key: 'id' }] } }, /reconciledTables\.0\.table/],
    ['a key of one region only', { dataKeyId: '0a1b2c3d-1111-4aaa-8bbb-000000000001' }, /dataKeyId.*mrk-/],
    ['what is no id of a zone', { domain: { ...example!.domain, zoneId: '/hostedzone/Z1' } }, /domain\.zoneId: "\/hostedzone\/Z1" is not allowed/],
    ['a name outside of the zone', { domain: { zoneName: 'example.com', recordName: 'shop.example.org' } }, /recordName: "shop\.example\.org" is not in the zone/],
    ['a certificate of another region', { standby: { ...example!.standby, certificateArn: example!.primary.certificateArn } }, /standby\.certificateArn: .* is in another region, expected one in us-west-2/],
    ['an objective that its checks cannot meet, with the arithmetic', { objectives: { rtoMinutes: 26, rpoSeconds: 270 } }, /26 min = 1560 s cannot be met: detect 300 s \+ decide 300 s \+ fence 160 s \+ promote 480 s \+ scale 65 s .* = 1575 s; expected at least 27/],
    ['a loss that no replica could keep to, with the arithmetic', { objectives: { rtoMinutes: 27, rpoSeconds: 239 } }, /rpoSeconds: 239 s cannot be met: .* missed 60 s \+ its lease 150 s \+ replication 30 s = 240 s; expected at least 240/],
  ])('refuses %s', (_case, changes, message) => {
    expect(() => parseDeployment(withShop(changes))).toThrow(message);
  });

  it.each<[string, Partial<Shop>, RegExp]>([
    ['a longer TTL', { domain: { ...example!.domain, ttlSeconds: 300 } }, /switch 480 s .*= 1845 s; expected at least 31/],
    ['more probes', { probeFailures: 10 }, /detect 720 s .*= 1995 s; expected at least 34/],
    ['a longer wait for a person', { approval: { timeoutMinutes: 60 } }, /decide 3600 s .*= 4875 s; expected at least 82/],
  ])('adds %s to the time that a failover takes', (_case, changes, message) => {
    expect(() => parseDeployment(withShop(changes))).toThrow(message);
  });

  it('accepts networks side by side', () => {
    expect(() => parseDeployment(withShop({ primary: { ...example!.primary, cidr: '10.60.0.0/17' }, standby: { ...example!.standby, cidr: '10.60.128.0/17' } }))).not.toThrow();
  });

  it('accepts objectives that are just met', () => {
    expect(() => parseDeployment(withShop({ objectives: { rtoMinutes: 27, rpoSeconds: 240 } }))).not.toThrow();
  });
});
