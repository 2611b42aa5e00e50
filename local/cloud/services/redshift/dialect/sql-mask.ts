const HIDDEN = [
  // Strings, with doubled quotes inside.
  /'(?:[^']|'')*'/y,
  /"(?:[^"]|"")*"/y,
  /\$(\w*)\$[\s\S]*?\$\1\$/y,
  /--[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
];

/** The statement with blanks in place of its strings, quoted names and comments, so that what is found in it is code, at the same place. */
export function codeOf(sql: string): string {
  let code = '';
  while (code.length < sql.length) {
    const at = code.length;
    const hidden = HIDDEN.map((pattern) => {
      pattern.lastIndex = at;
      return pattern.exec(sql)?.[0];
    }).find((text) => text !== undefined);
    code += hidden === undefined ? sql.charAt(at) : ' '.repeat(hidden.length);
  }
  return code;
}

/** Where the parenthesis that opens at the position closes; the end of the code for one that does not. */
export function closingParenthesis(code: string, openedAt: number): number {
  let depth = 0;
  for (let at = openedAt; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return code.length;
}
