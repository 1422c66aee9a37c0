/**
 * Erased people stay erased when a copy of the keys comes back that is older than their erasure. What is destroyed is known
 * by the digests of the keys: somebody who was erased and has come back has another key, which is left to him.
 */
import { z } from 'zod';
import { positionSchema, START } from '../../events/ids.ts';
import { subjectSchema } from '../../events/personal.ts';
import { erasureConfirmed, type PrivacyEvent } from '../../events/privacy.ts';
import type { EventLog } from '../../projections/ports.ts';
import { readable } from '../../services/ports.ts';
import { type DestroyedKeys, digestOfKey, type KeyStore } from './key-store.ts';
import { createVault } from './vault.ts';

export const ERASURES_FORMAT = 'gongguan.erasures/v1';

/** What an installation tells of its erasures, to be kept apart from its backups. It names nobody. */
export const erasureListSchema = z.strictObject({
  format: z.literal(ERASURES_FORMAT),
  /** Tells the vault from every other, wherever it is kept. */
  vault: z.string(),
  /** The log had come so far. */
  position: positionSchema,
  destroyed: z.array(
    z.strictObject({ id: subjectSchema, digests: z.array(z.union([z.hash('sha256'), z.literal('')])) }),
  ),
});
export type ErasureList = z.infer<typeof erasureListSchema>;

type Log = Pick<EventLog, 'readAll' | 'head'>;

const PAGE = 1_000;

/** All keys that were destroyed, and those whose destruction is confirmed. Throws StoreUnavailable. */
export async function listErasures(log: Log, keyStore: KeyStore): Promise<ErasureList> {
  const position = await log.head();
  const destroyed = [...(await destroyedIn(keyStore)), ...(await overdue(log, keyStore))];
  return {
    format: ERASURES_FORMAT,
    vault: await nameOf(keyStore),
    position,
    destroyed: merged(destroyed).map(({ id, digests }) => ({ id, digests: [...digests] })),
  };
}

/**
 * Destroys what a key store holds of keys that were destroyed elsewhere, or are to be as its own log has it; gives the
 * subjects whose key was there. Can be repeated. Throws RangeError for the list of another vault.
 */
export async function replayErasures(
  log: Log,
  keyStore: KeyStore,
  list: ErasureList | undefined,
): Promise<readonly string[]> {
  if (list && list.vault !== (await nameOf(keyStore))) {
    throw new RangeError('删除记录属于另一密钥库 (the erasures are of another vault)');
  }
  const gone: string[] = [];
  for (const keys of [...(list?.destroyed ?? []), ...(await overdue(log, keyStore))]) {
    if (await destroyAlike(keyStore, keys)) gone.push(keys.id);
  }
  return gone;
}

/** Destroys the key of a subject if it is one of those, and remembers them. True where it was. */
export async function destroyAlike(keyStore: KeyStore, keys: DestroyedKeys): Promise<boolean> {
  const key = await keyStore.key(keys.id);
  const isOne = key !== undefined && (await isAmong(keyStore, keys, key));
  if (isOne) await keyStore.destroyKey(keys.id);
  await keyStore.noteDestroyed(keys);
  return isOne;
}

/** Of a key that left no digest only this is known: it was there before the first destruction that is remembered. */
async function isAmong(keyStore: KeyStore, { id, digests }: DestroyedKeys, key: Uint8Array): Promise<boolean> {
  if (digests.includes(digestOfKey(key))) return true;
  return digests.includes('') && !(await keyStore.wasDestroyed(id));
}

/** Keys that are still kept of people of whom the log has more confirmed erasures than the key store remembers. */
async function overdue(log: Log, keyStore: KeyStore): Promise<readonly DestroyedKeys[]> {
  const remembered = new Map((await destroyedIn(keyStore)).map(({ id, digests }) => [id, digests.length]));
  const due: DestroyedKeys[] = [];
  for (const [id, confirmed] of await confirmedOn(log)) {
    const key = confirmed > (remembered.get(id) ?? 0) ? await keyStore.key(id) : undefined;
    if (key) due.push({ id, digests: [digestOfKey(key)] });
  }
  return due;
}

/** How many erasures of each subject are confirmed. */
async function confirmedOn(log: Log): Promise<ReadonlyMap<string, number>> {
  const confirmed = new Map<string, number>();
  for (let [after, done] = [START, false]; !done; ) {
    const page = await log.readAll(after, PAGE);
    for (const event of readable(page.filter(({ type }) => type === erasureConfirmed.type))) {
      const { subject } = (event as PrivacyEvent).data;
      confirmed.set(subject, (confirmed.get(subject) ?? 0) + 1);
    }
    after = page.at(-1)?.position ?? after;
    done = page.length < PAGE;
  }
  return confirmed;
}

async function destroyedIn(keyStore: KeyStore): Promise<readonly DestroyedKeys[]> {
  const destroyed: DestroyedKeys[] = [];
  for await (const kept of keyStore.contents()) if (kept.kind === 'destroyed') destroyed.push(kept);
  return destroyed;
}

function merged(all: readonly DestroyedKeys[]): readonly DestroyedKeys[] {
  const digests = new Map<string, Set<string>>();
  for (const keys of all) digests.set(keys.id, new Set([...(digests.get(keys.id) ?? []), ...keys.digests]));
  return [...digests].map(([id, of]) => ({ id, digests: [...of].sort() }));
}

async function nameOf(keyStore: KeyStore): Promise<string> {
  return (await createVault(keyStore)).keyed(ERASURES_FORMAT);
}
