import { NotConfirmed, type Operator } from '../../bin/command-line/operator';
import { loadDeployment } from '../../lib/config/load-deployment';

/** An operator who notes what is said, and confirms only the words given. */
export class FakeOperator implements Operator {
  readonly told: string[] = [];
  readonly answers: { readonly data: unknown; readonly lines: readonly string[] }[] = [];
  readonly asked: string[] = [];
  pauses = 0;

  constructor(private readonly confirms: readonly string[] = []) {}

  readonly deployment = () => loadDeployment('example');

  async actIn({ region }: { region: string }): Promise<{ region: string }> {
    return { region };
  }

  async confirm(_consequence: string, word: string): Promise<void> {
    this.asked.push(word);
    if (!this.confirms.includes(word)) throw new NotConfirmed(word);
  }

  answer(data: unknown, lines: readonly string[]): void {
    this.answers.push({ data, lines });
  }

  tell(line: string): void {
    this.told.push(line);
  }

  async pause(): Promise<void> {
    this.pauses += 1;
  }
}
