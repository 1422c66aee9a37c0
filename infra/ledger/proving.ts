/**
 * Proves on the spot that an event is on the log, and checks the proof as a stranger would: from the stored texts, and by the
 * verifier that goes with every bundle. What it says is for people.
 */
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { shanghaiMinute } from '../../events/time.ts';
import type { LedgerKey } from '../../services/ledger/state.ts';
import { HASH_BYTES } from './hashing.ts';
import type { Ledger, SignedCheckpoint } from './ledger.ts';
import { entryOf, recordOf } from './record.ts';
import { type Cosignature, cosignaturesIn } from './state.ts';
import { TILE_WIDTH } from './tile.ts';
import { checkpointOf } from './verify/notes.js';
import { Signatures } from './verify/signatures.js';
import { SUITES } from './verify/suites.js';
import { isIncluded } from './verify/tree.js';
import { Findings } from './verify/verdict.js';

export interface ProvingPorts {
  readonly ledger: Ledger;
  /** In the order of their introduction. */
  readonly keys: () => Promise<readonly LedgerKey[]>;
  /** Of witnesses, a verifier line each. */
  readonly witnessKeys: readonly string[];
}

const stepSchema = z.strictObject({
  title: z.string(),
  outcome: z.enum(['passed', 'failed', 'unchecked']),
  says: z.string(),
});
type Step = z.infer<typeof stepSchema>;

export const checkedProofSchema = z.strictObject({
  outcome: z.enum(['proved', 'failed', 'uncovered']).meta({
    description: 'uncovered: no checkpoint covers it yet; failed: what is stored is not what was entered',
  }),
  says: z.string().meta({ description: 'All of it in a sentence' }),
  steps: z.array(stepSchema),
  index: z.int().optional().meta({ description: 'Index among the entries, from 0' }),
  entry: z.string().optional().meta({ description: 'Digest of the record, hex' }),
  size: z.int().optional().meta({ description: 'Events in the checkpoint' }),
  root: z.string().optional().meta({ description: 'base64' }),
  signedAt: z.string().optional(),
  cosignatures: z.array(z.strictObject({ witness: z.string(), at: z.string() })),
});
export type CheckedProof = z.infer<typeof checkedProofSchema>;

const SUITE_OF = { sha256: 'ed25519', sm3: 'sm' } as const;

/** Whatever is wrong with log or ledger is said in the steps; throws only what the stores throw. */
export async function checkedProofOf(event: RecordedEvent, ports: ProvingPorts): Promise<CheckedProof> {
  const { ledger } = ports;
  const index = await ledger.indexOf(event.position);
  const checkpoint = index === undefined ? undefined : await ledger.covering(index + 1);
  if (index === undefined || !checkpoint) return UNCOVERED;
  const entry = entryOf(recordOf(event, ledger.saltsOf(event.id), ledger.hash), ledger.hash);
  const steps = [
    await contentStep(entry, index, ledger),
    await pathStep(entry, index, checkpoint, ledger),
    await signatureStep(checkpoint, ports),
  ];
  const isFailed = steps.some(({ outcome }) => outcome === 'failed');
  const cosignatures = cosignaturesIn(checkpoint.note);
  return {
    outcome: isFailed ? 'failed' : 'proved',
    says: isFailed ? failedSays(steps) : provedSays(index, checkpoint, cosignatures),
    steps,
    index,
    entry: entry.toString('hex'),
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    signedAt: checkpoint.signedAt,
    cosignatures: [...cosignatures],
  };
}

const UNCOVERED: CheckedProof = {
  outcome: 'uncovered',
  says: '尚未签署包含本事件的检查点，存证证明稍后可供核验。',
  steps: [],
  cosignatures: [],
};

function provedSays(index: number, { size, signedAt }: SignedCheckpoint, cosignatures: readonly Cosignature[]): string {
  const witnesses =
    cosignatures.length === 0
      ? '该检查点尚无见证人共签'
      : `该检查点已由见证人 ${cosignatures.map(({ witness }) => witness).join('、')} 共签`;
  return `本事件是台账第 ${index + 1} 个事件，已载入 ${shanghaiMinute(signedAt)} 签署的检查点（含 ${size} 个事件），证明成立；${witnesses}。`;
}

function failedSays(steps: readonly Step[]): string {
  const failed = steps.filter(({ outcome }) => outcome === 'failed').map(({ title, says }) => `${title}：${says}`);
  return `证明不成立。${failed.join('；')}。`;
}

/** The digest of what is stored now, beside the one that was entered. */
async function contentStep(entry: Uint8Array, index: number, ledger: Ledger): Promise<Step> {
  const title = '事件内容';
  const entered = await enteredAt(index, ledger);
  if (!entered) return { title, outcome: 'failed', says: '账本中没有本事件的条目' };
  if (Buffer.compare(entered, entry) === 0) {
    return { title, outcome: 'passed', says: '由所存原文重新计算的指纹，与载入账本时相同' };
  }
  return { title, outcome: 'failed', says: '由所存原文重新计算的指纹，与载入账本时不同：事件被改动，或者账本损坏' };
}

/** The digest of an event as it was entered; undefined beyond what the ledger has come to. */
export async function enteredAt(index: number, ledger: Pick<Ledger, 'entries'>): Promise<Uint8Array | undefined> {
  const at = index % TILE_WIDTH;
  const tile = await ledger.entries((index - at) / TILE_WIDTH, at + 1);
  return tile?.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}

/** From the event to the root that was signed. */
async function pathStep(entry: Uint8Array, index: number, { size, note }: SignedCheckpoint, ledger: Ledger) {
  const title = '通向检查点的路径';
  const signed = checkpointOf(Buffer.from(note));
  const proof = await ledger.inclusion(index, size);
  const { digest } = suiteOf(ledger);
  if (signed?.size === size && isIncluded(digest, { index, entry, size, root: signed.root, proof })) {
    return { title, outcome: 'passed', says: `经 ${proof.length} 步通向检查点签署的树根` } as const;
  }
  return { title, outcome: 'failed', says: '不通向检查点签署的树根' } as const;
}

/** By a key of the log that counted then, and by witnesses whose keys are known here. */
async function signatureStep({ note }: SignedCheckpoint, { ledger, keys, witnessKeys }: ProvingPorts): Promise<Step> {
  const title = '检查点的签名';
  const findings = new Findings();
  const signatures = new Signatures({ suite: suiteOf(ledger), findings, given: {} });
  const checkpoint = checkpointOf(Buffer.from(note));
  if (!checkpoint || !signatures.learn(await historyOf(await keys(), ledger), witnessKeys)) {
    return { title, outcome: 'failed', says: '检查点或者密钥无法读取' };
  }
  await signatures.judge(checkpoint);
  const { steps, violations } = findings.verdict();
  const outcome = steps[0]?.outcome ?? 'unchecked';
  const says = violations.length > 0 ? violations.map(({ zh }) => zh.replace(/。$/, '')).join('；') : steps[0]?.says.zh;
  return { title, outcome, says: says ?? '未能核验' };
}

async function historyOf(keys: readonly LedgerKey[], ledger: Ledger) {
  return Promise.all(
    keys.map(async ({ name, publicKey, introduced, retired }) => ({
      name,
      publicKey,
      introducedAt: await ledger.indexOf(introduced.position),
      retiredAt: retired && (await ledger.indexOf(retired.position)),
    })),
  );
}

type Suite = (typeof SUITES)[keyof typeof SUITES];

function suiteOf({ hash }: Ledger): Suite {
  return SUITES[SUITE_OF[hash]] as Suite;
}
