import * as contract from '../../../../lambda/aurora-restore/contract';
import * as common from '../../../../lambda/common/errors';

type ErrorClass = (new (...parameters: unknown[]) => common.OperationError) & { readonly errorName?: string };

/** Every class of foreseen failures; the state machines refer to them by `errorName`. */
const classes = (Object.values({ ...common, ...contract }) as unknown[]).filter((value): value is ErrorClass => typeof value === 'function' && value.prototype instanceof common.OperationError);

describe('a foreseen failure', () => {
  test.each(classes.map((errorClass) => [errorClass.name, errorClass] as const))('%s has the name in flight that state machines catch', (name, errorClass) => {
    const error = new errorClass(['a problem'], ['a problem']);

    expect(error.name).toBe(errorClass.errorName);
    expect(error.name).toMatch(new RegExp(`^[A-Z][A-Za-z]+\\.${name}$`));
    expect(['retry', 'stop']).toContain(error.disposition);
  });

  it('has a name that no other has', () => {
    const names = classes.map(({ errorName }) => errorName);

    expect(names.length).toBeGreaterThan(15);
    expect(new Set(names).size).toBe(names.length);
  });
});
