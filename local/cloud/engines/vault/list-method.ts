import { Duplex, Transform } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** A method that Node's HTTP parser knows and no client of Vault sends. */
const STAND_IN = 'PROPFIND';
const LIST_LINE = /^LIST (?=\S+ HTTP\/1\.[01]\r\n)/;

/**
 * Lets Node's HTTP server take Vault's own method LIST, which its parser refuses as unknown: in what a client sends, a request
 * line with LIST gets another method. Clients write a request's head at once, so a line begins a chunk.
 */
export function acceptListMethod(socket: TLSSocket): Duplex {
  const rename = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const head = chunk.subarray(0, 8192).toString('latin1');
      done(null, LIST_LINE.test(head) ? Buffer.concat([Buffer.from(STAND_IN), chunk.subarray('LIST'.length)]) : chunk);
    },
  });
  const renamed = Duplex.from({ readable: socket.pipe(rename), writable: socket });
  // Each side learns of the other's end, a broken connection as well as a reply that is withheld.
  socket.once('close', () => renamed.destroy());
  renamed.once('close', () => socket.destroy());
  renamed.on('error', () => undefined);
  return renamed;
}

/** Returns the method that a client sent. */
export function originalMethod(method: string | undefined): string {
  return method === STAND_IN ? 'LIST' : (method ?? 'GET');
}
