import { InvalidArgumentError } from 'commander';

/** Reads an option's argument as it is, once the check has not thrown; what it throws is what the user is told. */
export function checked(check: (text: string) => unknown) {
  return (text: string): string => {
    try {
      check(text);
      return text;
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** The same for an option that may be given several times. */
export function collected(check: (text: string) => unknown) {
  return (text: string, before: readonly string[]): readonly string[] => [...before, checked(check)(text)];
}
