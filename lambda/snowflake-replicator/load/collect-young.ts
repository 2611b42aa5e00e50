/** What V8 offers with `--expose-gc`, which is in the functions' environment. https://nodejs.org/api/cli.html#--expose-gc */
interface Collecting {
  readonly gc?: (options: { readonly type: 'minor' }) => void;
}

/** A collection of so few objects takes less than half a millisecond. */
const EVERY_MS = 20;

/**
 * Has V8 collect young objects again and again while the work goes on.
 *
 * Buffers of streams lie outside of its heap, and the small objects that stand for them fill the space for young objects so slowly that
 * some 60 MB may lie about before V8 looks: the longer a load takes, the likelier all streams have their most at the same time.
 */
export async function collectingYoung<T>(work: () => Promise<T>): Promise<T> {
  const { gc } = globalThis as Collecting;
  const timer = gc && setInterval(() => gc({ type: 'minor' }), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
