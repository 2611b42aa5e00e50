const UNIT_SECONDS = { h: 3600, m: 60, s: 1, ms: 0.001 } as const;
type Unit = keyof typeof UNIT_SECONDS;

/** Reads what Vault takes for a duration: seconds as a number or text, or a Go duration such as `1h30m`. Fails with Go's words. */
export function parseDurationSeconds(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const text = String(value);
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * UNIT_SECONDS[unit as Unit], 0);
}

/** Writes whole seconds as Vault does in its warnings: `2m`, `1h30m`, `45s`. */
export function formatDuration(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60] as const;
  const text = (['h', 'm', 's'] as const).map((unit, index) => (parts[index] ? `${parts[index]}${unit}` : '')).join('');
  return text || '0s';
}
