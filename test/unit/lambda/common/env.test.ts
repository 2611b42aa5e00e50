import { Env } from '../../../../lambda/common/env';
import { InvalidEnvironment } from '../../../../lambda/common/errors';

describe('Env', () => {
  it('names a required variable that is not set, or set to nothing', () => {
    expect(() => new Env({}).required('STATE_TABLE')).toThrow('environment variable STATE_TABLE is not set');
    expect(() => new Env({ STATE_TABLE: '' }).required('STATE_TABLE')).toThrow(InvalidEnvironment);
  });

  it('takes an optional variable that is set to nothing for absent', () => {
    expect(new Env({ SOURCE_ROLE_ARN: '' }).optional('SOURCE_ROLE_ARN')).toBeUndefined();
    expect(new Env({ SOURCE_ROLE_ARN: 'arn' }).optional('SOURCE_ROLE_ARN')).toBe('arn');
  });

  test.each([
    ['26', 26],
    ['0', 0],
    ['1.5', 1.5],
  ])('reads %s as a number', (text, number) => {
    expect(new Env({ HOURS: text }).number('HOURS')).toBe(number);
  });

  test.each(['26 hours', ' ', 'NaN', 'Infinity', 'many'])('refuses %j as a number and shows it', (text) => {
    expect(() => new Env({ HOURS: text }).number('HOURS')).toThrow(`environment variable HOURS: ${JSON.stringify(text)} is not a number`);
  });

  it('reads JSON, and says which variable holds none', () => {
    expect(new Env({ DATABASES: '["orders"]' }).json('DATABASES')).toEqual(['orders']);
    expect(() => new Env({ DATABASES: 'orders' }).json('DATABASES')).toThrow('environment variable DATABASES is not JSON');
  });

  it('knows the region only from what Lambda sets', () => {
    expect(new Env({ AWS_REGION: 'eu-west-1' }).region).toBe('eu-west-1');
    expect(() => new Env({ AWS_DEFAULT_REGION: 'eu-west-1' }).region).toThrow('AWS_REGION');
  });
});
