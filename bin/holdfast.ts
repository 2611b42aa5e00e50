import { createProgram } from './command-line/create-program';
import { terminalOperator } from './command-line/terminal-operator';

createProgram(terminalOperator)
  .parseAsync()
  .catch((error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`holdfast: ${name === 'Error' ? '' : `${name}: `}${message}\n`);
    process.exitCode = 1;
  });
