import type { Readable } from 'node:stream';

/** An object as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** User metadata, the part of an `x-amz-meta-...` header after its prefix as key, in lower case. */
export type ObjectMetadata = Readonly<Record<string, string>>;

/** Where the files of internal stages lie. Keys are relative to the store's bucket. */
export interface ObjectStore {
  put(key: string, body: Readable, metadata: ObjectMetadata): Promise<StoredObject>;
  get(key: string): Promise<Readable>;
  head(key: string): Promise<(StoredObject & { readonly metadata: ObjectMetadata }) | undefined>;
  list(prefix: string): Promise<readonly StoredObject[]>;
  delete(key: string): Promise<void>;
}

/** Credentials that the driver uploads and downloads with. */
export interface StageCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * A store together with what the driver is told of it. `endPoint` is a host name (with port) that speaks HTTPS; null
 * leaves the choice to the driver's AWS SDK, which obeys AWS_ENDPOINT_URL_S3.
 */
export interface StageStore {
  readonly objects: ObjectStore;
  readonly bucket: string;
  readonly region: string;
  readonly endPoint: string | null;
  /** New credentials for a prefix of the bucket. */
  readonly credentials: (prefix: string) => Promise<StageCredentials> | StageCredentials;
}
