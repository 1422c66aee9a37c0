/** A bundle (README.md of the ledger, section 6): the files, in the order in which they are made, as one zip. */
import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../../../events/envelope.ts';
import type { PersonMark } from '../../../events/rules/persons.ts';
import type { Clock } from '../../../services/ports.ts';
import type { HashName } from '../hashing.ts';
import { verifierPage, verifierScript } from '../verify/script.ts';
import { checkpointFiles } from './checkpoints.ts';
import { type BundleFile, fileOf, jsonFile } from './files.ts';
import { KeyHistory } from './keys.ts';
import { eventLines, type LinePorts, type LinesAsked } from './lines.ts';
import { PublishedLists } from './lists.ts';
import { nameOfReader } from './reader.ts';
import { type Described, readmeOf } from './readme.ts';
import { zipOf } from './zip.ts';

export type BundleAsked = Pick<LinesAsked, 'scope' | 'reader'>;

export interface BundlePorts extends Omit<LinePorts, 'pass'> {
  readonly clock: Clock;
  /** Everything that the person behind an account is known by. */
  readonly personOf: (accountId: string) => Promise<Iterable<PersonMark>>;
  /** The keys by which cosignatures are checked, a line each. */
  readonly witnessKeys: readonly string[];
}

/** Nothing is proved before the first checkpoint is signed. */
export class NoCheckpoint extends Error {
  constructor() {
    super('the ledger has no checkpoint yet');
    this.name = 'NoCheckpoint';
  }
}

const FORMAT = 'gongguan.bundle/v1';
const SUITES: Readonly<Record<HashName, string>> = { sha256: 'ed25519', sm3: 'sm' };
const LEFT_OUT = {
  zh: '检查点签署之后记入的事件不在本包内',
  en: 'What was recorded after the checkpoint was signed is not in this bundle',
};

/** The bytes of the zip, up to the newest checkpoint; nothing is made before it is asked for. Throws {@link NoCheckpoint}. */
export async function beginBundle(asked: BundleAsked, ports: BundlePorts): Promise<AsyncIterable<Uint8Array>> {
  const { ledger, clock } = ports;
  const checkpoint = await ledger.checkpoint();
  if (!checkpoint) throw new NoCheckpoint();
  const { size, signedAt } = checkpoint;
  const { scope, reader } = asked;
  const { origin } = ledger;
  const described: Described = { origin, size, signedAt, madeAt: clock.now(), scope, reader: nameOfReader(reader) };
  const person = new Set(scope.kind === 'person' ? await ports.personOf(scope.accountId) : []);
  const keys = new KeyHistory();
  const lists = new PublishedLists();
  const pass = (event: RecordedEvent, index: number) => {
    keys.take(event, index);
    lists.take(event);
  };
  const files = [
    fileOf('README.md', () => readmeOf(described)),
    fileOf('verify.html', verifierPage),
    fileOf('verify.mjs', verifierScript),
    ...(await checkpointFiles(checkpoint, reader, ledger)),
    {
      name: 'events.ndjson',
      content: () => bytesOf(eventLines({ ...asked, person, size }, { ...ports, pass })),
    },
    jsonFile('lists.json', () => lists.within(scope, { oversees: reader !== undefined })),
    jsonFile('keys.json', () => ({ keys: keys.all, witnesses: ports.witnessKeys })),
  ];
  return zipOf(withManifest(files, { ...described, suite: SUITES[ledger.hash] }), new Date(described.madeAt));
}

async function* bytesOf(texts: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}

/** The last file names all others, each with the digest of what was handed out. */
function withManifest(files: readonly BundleFile[], { scope, reader, madeAt, ...head }: Described & { suite: string }) {
  const digests: Record<string, string> = {};
  const digested = files.map(({ name, content }) => ({
    name,
    async *content() {
      const digest = createHash('sha256');
      for await (const piece of content()) {
        digest.update(piece);
        yield piece;
      }
      digests[name] = digest.digest('hex');
    },
  }));
  const manifest = () => ({ format: FORMAT, ...head, scope, reader, madeAt, leftOut: LEFT_OUT, files: digests });
  return [...digested, jsonFile('manifest.json', manifest)];
}
