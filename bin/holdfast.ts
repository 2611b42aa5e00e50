import { createProgram } from './command-line/create-program';
import { terminalOperator } from './command-line/terminal-operator';

createProgram((program) => terminalOperator(program))
  .parseAsync()
  .catch((error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`holdfast: ${name === 'Error' ? '' : `${name}: `}${message}\n`);
    process.exitCode = 1;
  });
