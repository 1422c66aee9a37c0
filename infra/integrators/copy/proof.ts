/**
 * Whether a copy is equal to what the service has published, by proofs that the service cannot make up: each publication is
 * on the ledger by an inclusion proof under a signed checkpoint, each line of a project plan by that of the event that listed
 * the project, and the checkpoint continues the one that was verified before.
 */
import type { CloudEvent, GongguanClient } from '../../client/index.ts';
import { verifyBundle } from '../../ledger/verify/bundle.js';
import { bytesOfBase64, sameBytes, textOf, utf8 } from '../../ledger/verify/bytes.js';
import { canonicalOf } from '../../ledger/verify/lists.js';
import { checkpointOf, type Key } from '../../ledger/verify/notes.js';
import { type EventRecord, recordOf } from '../../ledger/verify/records.js';
import { SUITES } from '../../ledger/verify/suites.js';
import { isConsistent } from '../../ledger/verify/tree.js';
import { Zip } from '../../ledger/verify/zip.js';
import type { KeptList } from './kept.ts';
import { type CopiedPublication, hashOf, PUBLISHING_TYPES, publicationIn, publishingKind } from './lists.ts';

/** What is not as it should be. `passes` where only time may be what is missing: the newest checkpoint is soon older. */
export interface Disagreement {
  readonly zh: string;
  readonly en: string;
  readonly passes?: true;
}

export interface YearProof {
  readonly faults: readonly Disagreement[];
  /** The checkpoint that all was proved by, as a signed note; undefined where it was not. */
  readonly checkpoint?: string;
}

/** Bytes in memory, as the verifier reads them. */
function sourceOf(bytes: Uint8Array) {
  const part = async (start: number, end: number) => bytes.subarray(start, end);
  const stream = (start: number, end: number) => new Blob([bytes.slice(start, end)]).stream();
  return { size: bytes.length, bytes: part, stream };
}

/** A line of the bundle: what the ledger says of one event. */
interface Line {
  readonly record?: string;
  /** The text of its data, where everybody is told all of it. */
  readonly data?: string;
}

/** Proves what a copy holds of one year against the evidence of the year, which has an inclusion proof for every event. */
export async function proveYear(copied: readonly KeptList[], evidence: Uint8Array, key: Key): Promise<YearProof> {
  const source = sourceOf(evidence);
  const verdict = await verifyBundle(source, { keys: [key] });
  if (verdict.outcome !== 'whole') {
    const { zh, en } = verdict.violations[0] ?? verdict.says;
    return { faults: [{ zh: `证据不成立：${zh}`, en: `the evidence does not hold: ${en}` }] };
  }
  const zip = await Zip.open(source);
  const text = async (name: string) => textOf(await zip.read(name));
  const lines = (await text('events.ndjson')).split('\n').slice(0, -1);
  const proved = new Proved(lines.map(line => JSON.parse(line) as Line));
  const faults = [...copied.flatMap(kept => proved.faultsOf(kept)), ...proved.missingIn(copied)];
  return { faults, checkpoint: await text('checkpoint') };
}

/** The events of a year that are on the ledger. */
class Proved {
  readonly #records = new Map<string, EventRecord>();
  /** What the project was listed as, by its id; the last word counts. */
  readonly #listed = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(lines: readonly Line[]) {
    for (const { record: text, data } of lines) {
      const record = text === undefined ? undefined : recordOf(text);
      if (!record) continue;
      this.#records.set(record.id, record);
      if (record.type !== 'project.listed' || data === undefined) continue;
      const listed = JSON.parse(data) as Readonly<Record<string, unknown>>;
      this.#listed.set(String(listed.projectId), listed);
    }
  }

  faultsOf({ event, list }: KeptList): readonly Disagreement[] {
    const publication = publicationIn(event) as CopiedPublication;
    const name = `${publication.label} ${publication.year} v${publication.version}`;
    const record = this.#records.get(event.id);
    if (!record) {
      return [{ zh: `${name}：台账中没有这次公布`, en: `${name}: the ledger has no such publication`, passes: true }];
    }
    const faults: Disagreement[] = [];
    if (!isRecordOf(record, event)) {
      faults.push({
        zh: `${name}：公布的记录与台账不符`,
        en: `${name}: the ledger has another record of its publication`,
      });
    }
    if (hashOf(list) !== publication.listHash) {
      faults.push({
        zh: `${name}：名单与公布的哈希不符`,
        en: `${name}: the list is not of the hash that was published`,
      });
    }
    const strange = publication.label === '项目计划' ? list.find(entry => !this.#isListed(entry)) : undefined;
    if (strange) {
      const { projectId } = strange;
      faults.push({
        zh: `${name}：台账中列入的 ${projectId} 与此不同`,
        en: `${name}: the ledger has ${projectId} listed otherwise`,
      });
    }
    return faults;
  }

  /** Whether the event that listed the project says all that the line says. */
  #isListed(entry: Readonly<Record<string, string>>): boolean {
    const listed = this.#listed.get(entry.projectId as string);
    return listed !== undefined && Object.entries(entry).every(([name, value]) => listed[name] === value);
  }

  /** Publications on the ledger that the copy has not got. */
  missingIn(copied: readonly KeptList[]): readonly Disagreement[] {
    const kept = new Set(copied.map(({ event }) => event.id));
    return [...this.#records.values()]
      .filter(({ id, type }) => PUBLISHING_TYPES.includes(type) && !kept.has(id))
      .map(({ id, type }) => ({
        zh: `副本缺少一次公布：${type} ${id}`,
        en: `the copy lacks a publication: ${type} ${id}`,
        passes: true as const,
      }));
  }
}

function isRecordOf(record: EventRecord, event: CloudEvent): boolean {
  const told = { type: publishingKind(event), stream: event.subject, recordedAt: event.recordedtime };
  return canonicalOf(told) === canonicalOf({ type: record.type, stream: record.stream, recordedAt: record.recordedAt });
}

/** Whether the log only grew from one verified checkpoint to another; both are signed notes. */
export async function hasOnlyGrown(
  [earlier, later]: readonly [string, string],
  { type }: Key,
  client: GongguanClient,
): Promise<boolean> {
  const [old, now] = [checkpointOf(utf8(earlier)), checkpointOf(utf8(later))];
  const suite = Object.values(SUITES).find(({ signatureType }) => sameBytes(signatureType, type));
  if (!old || !now || !suite || now.size < old.size || old.origin !== now.origin) return false;
  const answer = await client.open('/ledger/consistency', { from: old.size, to: now.size });
  const { proof } = (await answer.json()) as { readonly proof: readonly string[] };
  const hashes = proof.map(hash => bytesOfBase64(hash)).filter(hash => hash !== undefined);
  return isConsistent(suite.digest, old, now, hashes);
}
