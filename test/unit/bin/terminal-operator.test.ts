import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { terminalOperator } from '../../../bin/command-line/terminal-operator';

/** An operator who gave these options and types this; without something to type nobody is at the terminal. */
function operatorWith(options: readonly string[], typed?: string) {
  const program = new Command().option('--environment <name>', '', 'example').option('--yes').option('--json');
  program.parse(options, { from: 'user' });
  const input = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
  if (typed !== undefined) input.write(`${typed}\n`);
  return terminalOperator(program, input);
}

describe('confirm', () => {
  test('fails with a hint when nobody can be asked', async () => {
    await expect(operatorWith([]).confirm('Everything is deleted.', 'orders')).rejects.toThrow(/Everything is deleted\. .*--yes/);
  });

  test('goes on when the word is typed', async () => {
    await expect(operatorWith([], 'orders').confirm('Everything is deleted.', 'orders')).resolves.toBeUndefined();
  });

  test('fails when something else is typed', async () => {
    await expect(operatorWith([], 'yes').confirm('Everything is deleted.', 'orders')).rejects.toThrow('"yes" is not orders: nothing was done.');
  });

  test('is content with --yes', async () => {
    await expect(operatorWith(['--yes']).confirm('Everything is deleted.', 'orders')).resolves.toBeUndefined();
  });
});

describe('deployment', () => {
  test('refuses an environment that is not described, naming those that are', () => {
    expect(() => operatorWith(['--environment', 'nowhere']).deployment()).toThrow(/"nowhere" is not allowed, expected one of .*example/);
  });

  test('refuses a name that leads out of the folder', () => {
    expect(() => operatorWith(['--environment', '../deployment']).deployment()).toThrow(/is not allowed/);
  });
});
