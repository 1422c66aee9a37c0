/** Looks for a secret in every byte of what an installation leaves behind, in each form that a program may write it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A person's key, or what is known of him. */
export interface Secret {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files are taken whole: those of a house in a test are small. */
export function tracesOf(secrets: readonly Secret[], ...paths: readonly string[]): readonly string[] {
  return paths.flatMap(filesUnder).flatMap(path => {
    const content = readFileSync(path);
    return secrets.flatMap(({ name, bytes }) =>
      formsOf(bytes)
        .filter(([, form]) => content.includes(form))
        .map(([form]) => `${name} as ${form} in ${path.split('/').slice(-2).join('/')}`),
    );
  });
}

function filesUnder(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(entry => entry.isFile() || entry.isDirectory())
    .flatMap(entry => filesUnder(join(path, entry.name)));
}

/** The bytes, and the same as text, in what JSON, URLs, SQL and logs make of them. */
export function formsOf(bytes: Uint8Array): readonly (readonly [string, Buffer])[] {
  const plain = Buffer.from(bytes);
  const text = plain.toString('utf8');
  const isText = Buffer.from(text).equals(plain);
  const hex = plain.toString('hex');
  const forms: (readonly [string, Buffer])[] = [
    ['bytes', plain],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ['array', Buffer.from([...plain].join(','))],
    ...base64Of(plain),
  ];
  if (!isText) return forms;
  const utf16 = Buffer.from(text, 'utf16le');
  const escaped = [...Array(text.length).keys()].map(at => text.charCodeAt(at).toString(16).padStart(4, '0'));
  return [
    ...forms,
    ['UTF-16LE', utf16],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ['JSON escapes', Buffer.from(escaped.map(code => `\\u${code}`).join(''))],
    ['URL escapes', Buffer.from(encodeURIComponent(text))],
  ];
}

/** Wherever in a longer text it stands: of each of the three alignments what does not depend on its neighbours. */
function base64Of(plain: Buffer): (readonly [string, Buffer])[] {
  return [0, 1, 2].flatMap(before => {
    const whole = Buffer.concat([Buffer.alloc(before), plain]);
    const inner = (text: string) => Buffer.from(text.slice(before + (before && 1), -4));
    return [
      [`base64 +${before}`, inner(whole.toString('base64'))] as const,
      [`base64url +${before}`, inner(`${whole.toString('base64url')}`)] as const,
    ];
  });
}
