/** Proofs at the command line, beside a running service and after it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import { parseNote } from '../../infra/ledger/note.ts';
import { gongguan, serve } from '../support/command-line.ts';
import { temporaryDirectory } from '../support/log.ts';
import { rootThrough, sha256 } from './rfc6962.ts';

const root = temporaryDirectory();
const inData = (...args: string[]) => gongguan(args, { data: root.path });

let proof: string;
let consistency: string;
let ofService: { readonly byPosition: string; readonly consistent: string };

beforeAll(async () => {
  const input = '11010519491231002X\n十个字符以上的密码 1\n';
  expect(await gongguan(['bootstrap', 'msr.wang', '王建国'], { data: root.path, input })).toMatchObject({ code: 0 });
  await using service = await serve({ data: root.path });
  const checkpoint = () => fetch(`${service.url}/api/v1/ledger/checkpoint`);
  await vi.waitFor(async () => expect((await checkpoint()).status).toBe(200), { timeout: 30_000, interval: 100 });
  const beside = await Promise.all([inData('proof', '1'), inData('proof', '--consistency', '1')]);
  ofService = { byPosition: beside[0].stdout, consistent: beside[1].stdout };
  await service.stop();
  proof = (await inData('proof', '1')).stdout;
  consistency = (await inData('proof', '--consistency', '1')).stdout;
}, 120_000);
afterAll(() => root[Symbol.dispose]());

/** The parts of a tlog-proof. */
function partsOf(text: string) {
  const [head = '', ...rest] = text.split('\n\n');
  const [version, extra = '', index = '', ...hashes] = head.split('\n');
  const record = Buffer.from(extra.slice('extra '.length), 'base64').toString();
  const decoded = hashes.map(hash => Buffer.from(hash, 'base64'));
  return { version, record, index: Number(index.slice('index '.length)), hashes: decoded, note: rest.join('\n\n') };
}

describe('gongguan proof', () => {
  it('prints the tlog-proof of an event, whose record leads to the root of the checkpoint in it', () => {
    const { version, record, index, hashes, note } = partsOf(proof);
    const { size, root: signed } = parseCheckpoint(parseNote(note).text);
    expect([version, index]).toEqual(['c2sp.org/tlog-proof@v1', 0]);
    expect(record).toMatch(/^gongguan\.event\/v1\n[\s\S]+\naccount\.registered\naccount-msr\.wang\n$/);
    expect(rootThrough(sha256(record), index, size, hashes)).toEqual(Buffer.from(signed));
  });

  it('takes the id of the event too', async () => {
    const [, id = ''] = partsOf(proof).record.split('\n');
    expect(await inData('proof', id)).toMatchObject({ code: 0, stdout: proof });
  });

  it('says the same beside a running service', () => {
    expect(ofService).toEqual({ byPosition: proof, consistent: consistency });
  });

  it('prints that the log only grew', () => {
    const { from, to, proof: hashes, checkpoint } = JSON.parse(consistency);
    expect([from, to]).toEqual([1, parseCheckpoint(parseNote(checkpoint).text).size]);
    expect(hashes.length).toBeGreaterThan(0);
  });

  it.each([
    [['99'], /没有该事件/],
    [['x'], /既非事件编号也非位置/],
    [['--consistency', '1', '100000'], /没有这样的两个检查点/],
    [[], /请给出事件或 --consistency/],
    [['1', '--consistency', '1'], /请给出事件或 --consistency/],
  ])('given %j, then a sentence that says what is wrong', async (args, sentence) => {
    const { code, stderr } = await inData('proof', ...args);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });
});
