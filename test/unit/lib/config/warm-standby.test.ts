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
    ['a name outside of the zone', { domain: { zoneName: 'example.com', recordName: 'shop.example.org' } }, /recordName: "shop\.example\.org" is not in the zone/],
    ['a certificate of another region', { standby: { ...example!.standby, certificateArn: example!.primary.certificateArn } }, /standby\.certificateArn: .* is in another region, expected one in us-west-2/],
    ['an objective that its checks cannot meet, with the arithmetic', { objectives: { rtoMinutes: 22, rpoSeconds: 60 } }, /22 min = 1320 s cannot be met: detect 240 s \+ decide 300 s \+ fence 150 s .* = 1380 s; expected at least 23/],
  ])('refuses %s', (_case, changes, message) => {
    expect(() => parseDeployment(withShop(changes))).toThrow(message);
  });

  it('accepts an objective that is just met', () => {
    expect(() => parseDeployment(withShop({ objectives: { rtoMinutes: 23, rpoSeconds: 60 } }))).not.toThrow();
  });
});
