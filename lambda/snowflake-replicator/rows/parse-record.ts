import { QUOTE } from './record';

/** Reads the fields of a record; a field without quotes that is empty is NULL. */
export function parseRecord(record: string): (string | null)[] {
  const fields: (string | null)[] = [];
  let at = 0;
  do {
    if (record.charAt(at) !== QUOTE) {
      const comma = record.indexOf(',', at);
      const end = comma < 0 ? record.length : comma;
      fields.push(end === at ? null : record.slice(at, end));
      at = end;
    } else {
      const [value, end] = quotedField(record, at);
      fields.push(value);
      at = end;
    }
    if (at < record.length && record.charAt(at) !== ',') throw new Error(`a record goes on with ${JSON.stringify(record.charAt(at))} after field ${fields.length}`);
    at += 1;
  } while (at <= record.length);
  return fields;
}

function quotedField(record: string, start: number): [value: string, end: number] {
  let value = '';
  for (let at = start + 1; ; ) {
    const quote = record.indexOf(QUOTE, at);
    if (quote < 0) throw new Error('a record ends within quotes');
    value += record.slice(at, quote);
    if (record.charAt(quote + 1) !== QUOTE) return [value, quote + 1];
    value += QUOTE;
    at = quote + 2;
  }
}
