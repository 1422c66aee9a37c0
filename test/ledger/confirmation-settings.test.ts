/** Which witnesses and which time-stamping authority confirm checkpoints, as the environment says it. */
import { describe, expect, it } from 'vitest';
import { readConfig, shown } from '../../infra/config.ts';
import { SIGNATURE_TYPES, verifierLine } from '../../infra/ledger/note.ts';
import { confirmingSchedules } from '../../infra/worker/confirming.ts';
import { newLogKey } from '../witness/log.ts';

const { key } = newLogKey('witness.example.cn');
const witness = { ...key, publicKey: Buffer.from(key.publicKey), type: SIGNATURE_TYPES.cosignature };
const line = verifierLine(witness);
const both = { GONGGUAN_WITNESSES: `${line} https://w.cn`, GONGGUAN_TIMESTAMP_URL: 'http://tsa.example.cn' };

describe('the configuration', () => {
  const read = (values: Record<string, string>) => readConfig({ ...values });

  it('given several witnesses, by commas or lines, then each has his key and address', () => {
    const { witnesses: found } = read({
      GONGGUAN_WITNESSES: `${line} http://10.0.0.5:3100/,\n${line}  https://w.cn/a\n`,
    });
    expect(found.map(({ address }) => address)).toEqual(['http://10.0.0.5:3100', 'https://w.cn/a']);
    expect(found[0]?.key).toEqual(witness);
  });

  it.each([
    ['no address', () => line],
    ['an address that is none', () => `${line} nowhere`],
    ['a file', () => `${line} file:///etc/passwd`],
    ['a password', () => `${line} https://user:secret@w.cn`],
    ['the key of a log', () => `${verifierLine(key)} https://w.cn`],
    ['a key that is cut off', () => `${line.slice(0, -4)} https://w.cn`],
  ])('given %s, then it is refused', (_what, value) => {
    expect(() => read({ GONGGUAN_WITNESSES: value() })).toThrow(/GONGGUAN_WITNESSES.*核验行/s);
  });

  it('given it is shown, then witnesses stand in it as they are written', () => {
    const text = JSON.stringify(shown(read(both)));
    expect(text).toContain(`${line} https://w.cn`);
  });

  it('given neither, then nothing is scheduled', () => {
    expect(confirmingSchedules(read({}))).toEqual([]);
    expect(confirmingSchedules(read(both)).map(({ name }) => name)).toEqual([
      'have-checkpoints-cosigned',
      'have-checkpoints-timestamped',
    ]);
  });
});
