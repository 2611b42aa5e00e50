/** Numbers between 0 and 1 that are the same for the same seed: Weyl's sequence, mixed. */
export function seededRandom(seed: number): () => number {
  const GOLDEN = 0x9e3779b9;
  let state = seed >>> 0;
  return () => {
    state = (state + GOLDEN) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
