/** What an operator is told who asks for something that is refused; `accepted` when it is not. */
export async function refusalOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(() => 'accepted', (error: Error) => `${error.name}: ${error.message}`);
}
