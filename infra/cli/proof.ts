/** proof: that an event is on the log, or that the log only grew, as a text that can be checked without this system. */
import { z } from 'zod';
import { type Position, positionSchema } from '../../events/ids.ts';
import type { Readable } from '../compose/beside.ts';
import { base64 } from '../ledger/bundle/lines.ts';
import { eventAt, eventById, type FindingPorts } from '../ledger/finding.ts';
import { tlogProof } from '../ledger/proof.ts';
import { recordOf } from '../ledger/record.ts';
import { requests } from '../time-slices.ts';
import { withReadable } from './opened.ts';

/** Prints the C2SP tlog-proof of an event, by its id or its position. Throws RangeError where there is none. */
export async function proveEvent(named: string): Promise<void> {
  if (!z.uuid().safeParse(named).success && !positionSchema.safeParse(named).success) {
    throw new RangeError(`既非事件编号也非位置 (neither the id of an event nor a position): ${named}`);
  }
  await withReadable(async system => process.stdout.write(await proofOf(named, system)), 'stand still');
}

async function proofOf(named: string, { ledger, events: log }: Readable): Promise<string> {
  const event = await found(named, { ledger, log, pause: requests.pause });
  if (!event) throw new RangeError(`台账中没有该事件 (no such event on the log): ${named}`);
  const index = await ledger.indexOf(event.position);
  const checkpoint = index === undefined ? undefined : await ledger.covering(index + 1);
  if (index === undefined || !checkpoint) {
    throw new RangeError(`尚无检查点包含该事件，请在服务运行后再试 (no checkpoint covers it yet): ${named}`);
  }
  const hashes = await ledger.inclusion(index, checkpoint.size);
  const record = recordOf(event, ledger.saltsOf(event.id), ledger.hash);
  return tlogProof({ index, hashes, checkpoint: checkpoint.note, record });
}

async function found(named: string, ports: Omit<FindingPorts, 'ledger'> & Pick<Readable, 'ledger'>) {
  if (z.uuid().safeParse(named).success) return eventById(named, ports);
  const index = await ports.ledger.indexOf(named as Position);
  return index === undefined ? undefined : eventAt(index, ports);
}

/**
 * Prints the proof that the tree of a size begins with that of an earlier one, up to the newest checkpoint unless another
 * size is named. Throws RangeError where there is no such tree.
 */
export async function proveConsistency(old: string, later: string | undefined): Promise<void> {
  const sizes = [old, later].filter(size => size !== undefined);
  const wrong = sizes.find(size => !/^(0|[1-9]\d{0,14})$/.test(size));
  if (wrong !== undefined) throw new RangeError(`不是检查点的大小 (not the size of a tree): ${wrong}`);
  await withReadable(async ({ ledger }) => {
    const newest = await ledger.checkpoint();
    const [from, to] = [Number(old), later === undefined ? (newest?.size ?? 0) : Number(later)];
    if (!newest || from > to || to > newest.size) {
      throw new RangeError(`没有这样的两个检查点 (no such trees): ${from} ${to}；最新 (newest) ${newest?.size ?? '–'}`);
    }
    const [proof, fromRoot, toRoot] = await Promise.all([
      ledger.consistency(from, to),
      ledger.root(from),
      ledger.root(to),
    ]);
    const told = { from, to, fromRoot: base64(fromRoot), toRoot: base64(toRoot), proof: proof.map(base64) };
    console.log(JSON.stringify({ ...told, checkpoint: newest.note }, undefined, 2));
  }, 'stand still');
}
