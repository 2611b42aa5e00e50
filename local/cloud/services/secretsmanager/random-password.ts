import { randomInt } from 'node:crypto';
import type { GetRandomPasswordCommandInput } from '@aws-sdk/client-secrets-manager';
import { AwsError } from '../../gateway/aws-error';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const LONGEST = 4096;

/** A password of the kinds of characters that the request leaves. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export function randomPassword(request: GetRandomPasswordCommandInput): string {
  const { PasswordLength: length = 32, RequireEachIncludedType: requireEach = true } = request;
  if (length < 1 || length > LONGEST) throw invalid(`PasswordLength is ${length}, allowed: 1 to ${LONGEST}`);
  const kinds = kindsOf(request);
  if (kinds.length === 0) throw invalid('the request excludes every character');
  if (requireEach && length < kinds.length) throw invalid(`PasswordLength is ${length}, but ${kinds.length} types of characters are required`);
  const required = requireEach ? kinds.map(pick) : [];
  const all = kinds.join('');
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffle([...required, ...rest]).join('');
}

function kindsOf(request: GetRandomPasswordCommandInput): readonly string[] {
  const excluded = new Set(request.ExcludeCharacters ?? '');
  return [
    request.ExcludeLowercase ? '' : LOWERCASE,
    request.ExcludeUppercase ? '' : UPPERCASE,
    request.ExcludeNumbers ? '' : NUMBERS,
    request.ExcludePunctuation ? '' : PUNCTUATION,
    request.IncludeSpace ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !excluded.has(character)).join(''))
    .filter((kind) => kind !== '');
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffle(characters: readonly string[]): readonly string[] {
  const shuffled = [...characters];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    const [a = '', b = ''] = [shuffled[last], shuffled[other]];
    shuffled[last] = b;
    shuffled[other] = a;
  }
  return shuffled;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
