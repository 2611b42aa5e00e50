/** `<!-- diagram: KIND ARGUMENT -->`, what was drawn, `<!-- end of diagram -->`. */
const PLACE = /(<!-- diagram: (\S+) (\S+) -->\n)[^]*?(<!-- end of diagram -->)/g;

/** Puts diagrams where a document asks for them, in place of those drawn before. */
export function insertDiagrams(document: string, draw: (kind: string, argument: string) => string): string {
  return document.replace(PLACE, (_whole, opening: string, kind: string, argument: string, closing: string) => `${opening}\`\`\`mermaid\n${draw(kind, argument)}\n\`\`\`\n${closing}`);
}
