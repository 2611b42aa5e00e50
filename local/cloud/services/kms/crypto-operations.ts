import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, Operations } from '../../gateway/service';
import { accessTo, keyAccess } from './key-access';
import type { Key } from './key';
import { invalidCiphertext, materialIdOf, type EncryptionContext } from './key-material';
import { checkState } from './key-states';
import { keyNamed, type KmsState } from './kms-state';

const LARGEST_PLAINTEXT_BYTES = 4096;
const LARGEST_RANDOM_BYTES = 1024;
const ALGORITHM = 'SYMMETRIC_DEFAULT';

interface DataKeyInput {
  readonly KeyId: string | undefined;
  readonly EncryptionContext?: EncryptionContext | undefined;
  readonly NumberOfBytes?: number | undefined;
  readonly KeySpec?: string | undefined;
  readonly DryRun?: boolean | undefined;
}

/** The cryptographic operations of symmetric keys. The encryption is real: without the key there is no plaintext. */
export function cryptoOperations(state: KmsState): Operations<typeof sdk> {
  const byKeyId = ({ KeyId, EncryptionContext }: { KeyId: string | undefined; EncryptionContext?: EncryptionContext | undefined }, call: Call) => [
    keyAccess(state, KeyId, call, { byAlias: true, encryptionContext: EncryptionContext }),
  ];
  const generate = (input: DataKeyInput, call: Call) => {
    const key = usableKey(state, input.KeyId, call);
    const plaintext = randomBytes(dataKeyLength(input));
    refuseDryRun(input);
    const material = state.materialOf(key);
    return { KeyId: key.arn, Plaintext: plaintext, CiphertextBlob: material.encrypt(plaintext, input.EncryptionContext ?? {}), KeyMaterialId: material.current.id };
  };
  return {
    Encrypt: {
      access: byKeyId,
      run: (input, call) => {
        const key = usableKey(state, input.KeyId, call);
        const plaintext = checkedPlaintext(input.Plaintext);
        refuseDryRun(input);
        return { KeyId: key.arn, CiphertextBlob: state.materialOf(key).encrypt(plaintext, input.EncryptionContext ?? {}), EncryptionAlgorithm: ALGORITHM };
      },
    },
    Decrypt: {
      access: (input, call) => [accessByCiphertext(state, input.KeyId, input.CiphertextBlob, call, { encryptionContext: input.EncryptionContext })],
      run: (input, call) => {
        const key = keyOfCiphertext(state, input.KeyId, input.CiphertextBlob, call);
        const { plaintext, version } = key.family.material.decrypt(input.CiphertextBlob ?? Buffer.of(), input.EncryptionContext ?? {});
        refuseDryRun(input);
        return { KeyId: key.arn, Plaintext: plaintext, EncryptionAlgorithm: ALGORITHM, KeyMaterialId: version.id };
      },
    },
    ReEncrypt: {
      // https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html: one permission on each key.
      access: (input, call) => [
        accessByCiphertext(state, input.SourceKeyId, input.CiphertextBlob, call, { action: 'kms:ReEncryptFrom', encryptionContext: input.SourceEncryptionContext }),
        keyAccess(state, input.DestinationKeyId, call, { byAlias: true, action: 'kms:ReEncryptTo', encryptionContext: input.DestinationEncryptionContext }),
      ],
      run: (input, call) => {
        const source = keyOfCiphertext(state, input.SourceKeyId, input.CiphertextBlob, call);
        const destination = usableKey(state, input.DestinationKeyId, call);
        const { plaintext, version } = source.family.material.decrypt(input.CiphertextBlob ?? Buffer.of(), input.SourceEncryptionContext ?? {});
        refuseDryRun(input);
        const material = state.materialOf(destination);
        return {
          CiphertextBlob: material.encrypt(plaintext, input.DestinationEncryptionContext ?? {}),
          SourceKeyId: source.arn,
          KeyId: destination.arn,
          SourceEncryptionAlgorithm: ALGORITHM,
          DestinationEncryptionAlgorithm: ALGORITHM,
          SourceKeyMaterialId: version.id,
          DestinationKeyMaterialId: material.current.id,
        };
      },
    },
    GenerateDataKey: { access: byKeyId, run: generate },
    GenerateDataKeyWithoutPlaintext: {
      access: byKeyId,
      run: (input, call) => {
        const { Plaintext: _, ...rest } = generate(input, call);
        return rest;
      },
    },
    GenerateRandom: {
      access: () => [{ resource: '*' }],
      run: ({ NumberOfBytes = 0 }) => {
        if (NumberOfBytes < 1 || NumberOfBytes > LARGEST_RANDOM_BYTES) throw invalid(`NumberOfBytes is ${NumberOfBytes}, allowed: 1 to ${LARGEST_RANDOM_BYTES}`);
        return { Plaintext: randomBytes(NumberOfBytes) };
      },
    },
  };
}

function accessByCiphertext(state: KmsState, keyId: string | undefined, ciphertext: Uint8Array | undefined, call: Call, options: Parameters<typeof keyAccess>[3]): Access {
  if (keyId !== undefined) return keyAccess(state, keyId, call, { byAlias: true, ...options });
  return accessTo(state, keyNamedIn(state, ciphertext, call), options);
}

function usableKey(state: KmsState, keyId: string | undefined, call: Call): Key {
  const key = keyNamed(state, keyId, call);
  checkState(key, 'cryptographic operation');
  return key;
}

/** The key that decrypts: the one named, which must be the one that encrypted, or the one that the ciphertext names. */
function keyOfCiphertext(state: KmsState, keyId: string | undefined, ciphertext: Uint8Array | undefined, call: Call): Key {
  const encryptedBy = keyNamedIn(state, ciphertext, call);
  if (keyId === undefined) {
    checkState(encryptedBy, 'cryptographic operation');
    return encryptedBy;
  }
  const named = usableKey(state, keyId, call);
  if (named !== encryptedBy) throw new AwsError('IncorrectKeyException', 'The key ID in the request does not identify a CMK that can perform this operation.');
  return named;
}

function keyNamedIn(state: KmsState, ciphertext: Uint8Array | undefined, { region }: Call): Key {
  const materialId = materialIdOf(ciphertext ?? Buffer.of());
  if (!materialId) throw invalidCiphertext();
  const key = state.keyWithMaterial(materialId, region);
  if (key) return key;
  const message = 'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.';
  throw new AwsError('AccessDeniedException', message, { status: 400 });
}

function checkedPlaintext(plaintext: Uint8Array | undefined): Uint8Array {
  const length = plaintext?.length ?? 0;
  if (!plaintext || length < 1 || length > LARGEST_PLAINTEXT_BYTES) throw invalid(`Plaintext has ${length} bytes, allowed: 1 to ${LARGEST_PLAINTEXT_BYTES}`);
  return plaintext;
}

function dataKeyLength({ NumberOfBytes, KeySpec }: DataKeyInput): number {
  if ((NumberOfBytes === undefined) === (KeySpec === undefined)) throw invalid('Please specify either number of bytes or key spec.');
  if (KeySpec !== undefined) return KeySpec === 'AES_128' ? 16 : 32;
  const length = NumberOfBytes ?? 0;
  if (length < 1 || length > LARGEST_RANDOM_BYTES) throw invalid(`NumberOfBytes is ${length}, allowed: 1 to ${LARGEST_RANDOM_BYTES}`);
  return length;
}

function refuseDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (DryRun) throw new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, { status: 400 });
}
