import { environmentOf } from '../../../../lib/config/deployment';
import { loadDeployment } from '../../../../lib/config/load-deployment';
import { InvalidInput } from '../../../../lambda/common/errors';

describe('loadDeployment', () => {
  it('loads the environment of that name', () => {
    expect(loadDeployment('example')).toMatchObject({ name: 'example', accounts: { production: '111111111111' } });
  });

  test.each(['missing', '', '../deployment', 'example.ts', 'Example'])('refuses %j and says which there are', (name) => {
    expect(() => loadDeployment(name)).toThrow(InvalidInput);
    expect(() => loadDeployment(name)).toThrow(/expected one of .*example/);
  });
});

describe('environmentOf', () => {
  it('gives the id of an account by its name', () => {
    expect(environmentOf({ accounts: { staging: '333333333333' } }, { account: 'staging', region: 'us-west-2' })).toEqual({ account: '333333333333', region: 'us-west-2' });
  });

  it('refuses an account that there is not', () => {
    expect(() => environmentOf({ accounts: { staging: '333333333333' } }, { account: 'prod', region: 'us-west-2' })).toThrow('account "prod" is not one of staging');
  });
});
