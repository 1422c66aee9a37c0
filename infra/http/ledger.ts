/** Proofs from the ledger: which keys sign it, its checkpoints, and that an event or an earlier state is within it. */
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { type Position, positionSchema } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import { OVERSIGHT, oversees } from '../../projections/query.ts';
import type { LedgerKey } from '../../services/ledger/state.ts';
import type { AuthenticatedCaller } from '../identity/identity.ts';
import { base64 } from '../ledger/bundle/lines.ts';
import { readerFor, toldTo } from '../ledger/bundle/reader.ts';
import { eventAt, eventById } from '../ledger/finding.ts';
import { digest } from '../ledger/hashing.ts';
import type { Ledger, SignedCheckpoint } from '../ledger/ledger.ts';
import { SIGNATURE_TYPES, verifierLine } from '../ledger/note.ts';
import { tlogProof } from '../ledger/proof.ts';
import { enteredAt } from '../ledger/proving.ts';
import { recordOf } from '../ledger/record.ts';
import type { Pause } from '../time-slices.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import { tileEndpoints } from './ledger-tiles.ts';
import { invalid, notThere, Problem } from './problem.ts';
import { attachment } from './queries.ts';
import { question } from './question.ts';
import { type RequestContext, sendJson, sendText } from './request-context.ts';

export interface LedgerPorts {
  readonly ledger: Ledger;
  /** In the order of their introduction. */
  readonly keys: () => Promise<readonly LedgerKey[]>;
  readonly log: Pick<EventLog, 'readAll'>;
  /** All accounts of the person behind one. */
  readonly accountsOf: (accountId: string) => Promise<ReadonlySet<string>>;
  /** Between pages of the log. */
  readonly pauseFor: (caller: AuthenticatedCaller | undefined) => Pause;
}

const keySchema = z.object({
  name: z.string(),
  publicKey: z.string().meta({ description: 'base64' }),
  suite: z.string(),
  vkey: z.string().meta({ description: 'The key in one line, as verifiers of signed notes take it' }),
  introducedAt: z.int().optional().meta({ description: 'Index of its introduction' }),
  introducedOn: z.string(),
  retiredAt: z.int().optional().meta({ description: 'Index of its retirement' }),
  retiredOn: z.string().optional(),
  reason: z.string().optional(),
});

const checkpointSchema = z.object({
  size: z.int(),
  root: z.string().meta({ description: 'base64' }),
  signedAt: z.string(),
  milestone: z.string().optional().meta({ description: 'The kind of act it was made for, where that is public' }),
  note: z.string().meta({ description: 'C2SP signed-note' }),
});

const consistencyQuery = z.strictObject({
  from: z.coerce.number().int().min(0).meta({ description: 'Size of the earlier tree' }),
  to: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Of the later; the newest checkpoint’s when left out' }),
});

const consistencySchema = z.object({
  from: z.int(),
  to: z.int(),
  fromRoot: z.string(),
  toRoot: z.string(),
  proof: z.array(z.string()).meta({ description: 'RFC 6962, 2.1.2; base64' }),
});

const proofQuery = z.strictObject({
  event: z.uuid().optional().meta({ description: 'Id of the event' }),
  position: positionSchema.optional().meta({ description: 'Its position, in the place of the id' }),
  format: z
    .literal('tlog-proof')
    .optional()
    .meta({ description: 'C2SP tlog-proof as a file, for browsers, which say nothing of what they prefer' }),
});

const proofSchema = z.object({
  index: z.int(),
  entry: z.string().meta({ description: 'SHA-256 of the record, hex' }),
  record: z.string().meta({ description: 'The bytes that stand for the event, as text' }),
  proof: z.array(z.string()).meta({ description: 'RFC 6962, 2.1.1; from the sibling of the leaf up; base64' }),
  size: z.int(),
  root: z.string(),
  checkpoint: z.string().meta({ description: 'C2SP signed-note' }),
});

const json = (description: string, schema: z.ZodType) => ({
  200: { description, content: { 'application/json': { schema } } },
});

const builtin = { kind: 'builtin', method: 'GET', access: 'public' } as const;

/** All that is asked of the ledger, by everybody. */
export function ledgerEndpoints(ports: LedgerPorts): readonly Endpoint[] {
  const { ledger } = ports;
  return [
    ...tileEndpoints(ledger),
    {
      ...builtin,
      path: `${BASE}/ledger/consistency`,
      name: 'ProveConsistency',
      title: '一致性证明',
      summary: 'The proof that the later of two trees begins with the earlier.',
      operation: {
        requestParams: { query: consistencyQuery },
        responses: json('一致性证明 (Consistency proof)', consistencySchema),
      },
      handle: context => proveConsistency(context, ledger),
    },
    {
      ...builtin,
      path: `${BASE}/ledger/proofs`,
      name: 'ProveInclusion',
      title: '存证证明',
      summary:
        'The proof that an event is on the log: as JSON, or as C2SP tlog-proof where text/plain is preferred. To everybody for what is public.',
      operation: {
        requestParams: { query: proofQuery },
        responses: {
          200: {
            description: '包含证明 (Inclusion proof)',
            content: { 'application/json': { schema: proofSchema }, 'text/plain': { schema: z.string() } },
          },
        },
      },
      handle: context => proveInclusion(context, ports),
    },
  ];
}

/** What is asked of the ledger by name: its keys and its checkpoints. */
export function ledgerQuestions({ ledger, keys }: Pick<LedgerPorts, 'ledger' | 'keys'>) {
  return [
    question({
      path: '/ledger/keys',
      name: 'ListLedgerKeys',
      title: '账本签名密钥',
      summary: 'The keys that have signed checkpoints, from their introduction on the log to their retirement.',
      access: 'public',
      input: z.strictObject({}),
      output: z.object({ origin: z.string(), keys: z.array(keySchema) }),
      async answer() {
        const told = (await keys()).map(key => keyTold(key, ledger));
        return { origin: ledger.origin, keys: await Promise.all(told) };
      },
    }),
    question({
      path: '/ledger/checkpoints',
      name: 'ListCheckpoints',
      title: '历次检查点',
      summary: 'The checkpoints of milestones, and the newest.',
      access: 'public',
      input: z.strictObject({}),
      output: z.object({ items: z.array(checkpointSchema) }),
      answer: async (_input, context) => ({
        items: (await ledger.checkpoints()).map(checkpoint => checkpointTold(checkpoint, context)),
      }),
    }),
    digestsQuestion(ledger),
  ];
}

const digestsInput = z.strictObject({
  positions: z
    .string()
    .regex(/^\d{1,20}(,\d{1,20}){0,199}$/)
    .meta({ description: 'Positions of events, with commas between them, at most 200' }),
});
const digestsSchema = z.object({
  items: z.array(z.object({ position: z.string(), index: z.int(), entry: z.string().meta({ description: 'Hex' }) })),
});

/** What was entered for events, for a list of them on paper: what anybody finds in the tiles. */
function digestsQuestion(ledger: Ledger) {
  return question({
    path: '/ledger/digests/:positions',
    name: 'ListEntryDigests',
    title: '事件在账本中的指纹',
    summary: 'The digests that were entered for some events; those the ledger has not come to are missing.',
    access: OVERSIGHT,
    input: digestsInput,
    output: digestsSchema,
    async answer({ positions }) {
      const told = positions.split(',').map(async position => {
        const index = await ledger.indexOf(position as Position);
        const entry = index === undefined ? undefined : await enteredAt(index, ledger);
        return entry ? [{ position, index: index as number, entry: Buffer.from(entry).toString('hex') }] : [];
      });
      return { items: (await Promise.all(told)).flat() };
    },
  });
}

async function keyTold({ name, publicKey, suite, introduced, retired }: LedgerKey, ledger: Ledger) {
  const type = SIGNATURE_TYPES[suite as keyof typeof SIGNATURE_TYPES];
  const introducedAt = await ledger.indexOf(introduced.position);
  const retiredAt = retired && (await ledger.indexOf(retired.position));
  return {
    name,
    publicKey,
    suite,
    vkey: verifierLine({ name, type, publicKey: Buffer.from(publicKey, 'base64') }),
    ...(introducedAt !== undefined && { introducedAt }),
    introducedOn: introduced.at,
    ...(retiredAt !== undefined && { retiredAt }),
    ...(retired && { retiredOn: retired.at, reason: retired.reason }),
  };
}

/** That there was an act of a kind is told to those alone who may see such acts. */
function checkpointTold({ size, root, signedAt, milestone, note }: SignedCheckpoint, { caller }: RequestContext) {
  const isTold =
    milestone !== undefined && (oversees(caller?.actor) || catalogue.get(milestone)?.visibility === 'public');
  return { size, root: base64(root), signedAt, ...(isTold && { milestone }), note };
}

async function proveConsistency(context: RequestContext, ledger: Ledger): Promise<void> {
  const { req } = context;
  const asked = parseInput(consistencyQuery, queryOf(req.url, Object.keys(consistencyQuery.shape)), req);
  const newest = (await ledger.checkpoint())?.size ?? 0;
  const { from, to = newest } = asked;
  if (from > to)
    throw invalid('from-above-to', '/from', '较早的检查点不得大于较晚的', 'The earlier tree cannot be larger');
  // What was not signed for yet proves nothing.
  if (to > newest) throw notThere();
  const [proof, fromRoot, toRoot] = await Promise.all([
    ledger.consistency(from, to),
    ledger.root(from),
    ledger.root(to),
  ]);
  const body = { from, to, fromRoot: base64(fromRoot), toRoot: base64(toRoot), proof: proof.map(base64) };
  sendJson(context, 200, JSON.stringify(body));
}

async function proveInclusion(context: RequestContext, ports: LedgerPorts): Promise<void> {
  const { req } = context;
  const { ledger } = ports;
  const asked = parseInput(proofQuery, queryOf(req.url, Object.keys(proofQuery.shape)), req);
  const event = await askedFor(asked, context, ports);
  if (!event || !(await isHis(event, context, ports))) throw notThere();
  const index = await ledger.indexOf(event.position);
  const checkpoint = index === undefined ? undefined : await ledger.covering(index + 1);
  if (index === undefined || !checkpoint) throw notCoveredYet();
  const { size, root, note } = checkpoint;
  const hashes = await ledger.inclusion(index, size);
  const record = recordOf(event, ledger.saltsOf(event.id), ledger.hash);
  if (asked.format || req.accepts(['application/json', 'text/plain']) === 'text/plain') {
    const text = tlogProof({ index, hashes, checkpoint: note, record });
    const asFile = asked.format && ['Content-Disposition', attachment(`event-${event.position}.tlog-proof`)];
    sendText(context, 200, 'text/plain; charset=utf-8', text, ['Cache-Control', 'no-store', ...(asFile ?? [])]);
    return;
  }
  const entry = digest(ledger.hash, record).toString('hex');
  const body = { index, entry, record, proof: hashes.map(base64), size, root: base64(root), checkpoint: note };
  sendJson(context, 200, JSON.stringify(body));
}

type Asked = z.infer<typeof proofQuery>;

async function askedFor(
  { event, position }: Asked,
  { caller }: RequestContext,
  { ledger, log, pauseFor }: LedgerPorts,
): Promise<RecordedEvent | undefined> {
  if ((event === undefined) === (position === undefined)) {
    throw invalid(
      'event-or-position',
      '/event',
      '请给出事件编号或位置之一',
      'Give the id of the event or its position',
    );
  }
  const ports = { ledger, log, pause: pauseFor(caller) };
  if (event !== undefined) return eventById(event, ports);
  const index = position && (await ledger.indexOf(position));
  return index === undefined ? undefined : eventAt(index as number, ports);
}

/** Whether the caller may see that it happened. */
async function isHis(event: RecordedEvent, { caller }: RequestContext, { accountsOf }: LedgerPorts): Promise<boolean> {
  const own = caller?.actor.role === 'SUP' ? await accountsOf(caller.actor.accountId) : new Set<string>();
  return toldTo(readerFor(caller?.actor, own), event) !== undefined;
}

function notCoveredYet(): Problem {
  return new Problem(
    503,
    'not-covered-yet',
    '尚未生成包含该事件的检查点，请稍后再试',
    'No checkpoint covers the event yet: ask again',
    { headers: { 'Retry-After': '1' } },
  );
}
