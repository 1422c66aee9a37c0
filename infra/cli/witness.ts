/** witness: what a supervising body runs on a machine of its own. Neither an engine nor a data directory of the house is needed. */
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { thenEnd } from '../compose/closing.ts';
import { endConnections } from '../http/connections.ts';
import { keyIdOf, type NoteKey, parseVerifierLine, SIGNATURE_TYPES, verifierLine } from '../ledger/note.ts';
import { makePrivate } from '../private-files.ts';
import { lockDirectory } from '../sqlite.ts';
import { makeWitnessKey, openWitnessKey } from '../witness/key.ts';
import { createWitnessServer } from '../witness/server.ts';
import { type RefusalEvidence, WitnessStore } from '../witness/store.ts';
import { MISCONDUCT_SENTENCES, Telling, type TellingWays } from '../witness/telling.ts';
import { Witness } from '../witness/witness.ts';
import { toldToStop } from './told.ts';

/** As the verifiers': what was kept and what is shown do not go together. */
const VIOLATED = 3;
const SILENT = 4;
const HOUR_MS = 3_600_000;

const now = () => new Date().toISOString();

function withStore<T>(directory: string, task: (store: WitnessStore) => T): Promise<T> {
  openWitnessKey(directory);
  const store = new WitnessStore(directory);
  return thenEnd(
    () => task(store),
    () => store.close(),
  );
}

/** Makes the key of the witness and prints the line that logs are configured with. */
export async function init(name: string, directory: string): Promise<void> {
  const { verifier } = await makeWitnessKey(directory, name);
  console.log(verifierLine(verifier));
}

/** Bytes of the keys by which checkpoints are verified, by the type of their signatures. */
const LOG_KEY_BYTES = new Map<number, number>([
  [SIGNATURE_TYPES.ed25519, 32],
  [SIGNATURE_TYPES.sm, 88],
]);

/** A key of a log, from its line. Throws RangeError for one by which this program cannot verify. */
function logKeyOf(line: string): NoteKey {
  try {
    const key = parseVerifierLine(line);
    if (LOG_KEY_BYTES.get(key.type) === key.publicKey.length) return key;
  } catch {
    // Told below.
  }
  throw new RangeError(`不是账本的核验行 (no verifier line of a log: Ed25519 or SM2): ${line}`);
}

/** Counts a key as one of a log's, from now on; the log is known with its first. */
export function trust(origin: string, line: string, directory: string): Promise<void> {
  const key = logKeyOf(line);
  return withStore(directory, store => {
    store.trust(origin, key, now());
    console.log(`已认可 (trusted): ${origin} ${keyIdOf(key).toString('hex')}`);
  });
}

/** Counts a key of a log no more. Throws RangeError where it did not count. */
export function retire(origin: string, line: string, directory: string): Promise<void> {
  const key = logKeyOf(line);
  return withStore(directory, store => {
    if (!store.retire(origin, key, now())) throw new RangeError(`该密钥未在认可之列 (not trusted): ${origin} ${line}`);
    console.log(`已停止认可 (no longer trusted): ${origin} ${keyIdOf(key).toString('hex')}`);
  });
}

export interface ServeWitnessOptions extends TellingWays {
  readonly directory: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
}

/** Answers logs until it is told to stop. Throws AlreadyRunning when another process serves from the directory. */
export async function serveWitness({ directory, host, port, ...ways }: ServeWitnessOptions): Promise<void> {
  const key = openWitnessKey(directory);
  const logger = pino(pino.destination({ dest: 1, sync: true }));
  makePrivate(directory, (message, details) => logger.error(details, message));
  const lock = lockDirectory(directory);
  const store = new WitnessStore(directory);
  const telling = new Telling({ witness: key.verifier.name, store, logger, now: Date.now, ways });
  const server = createWitnessServer(new Witness({ key, store, now: Date.now }), {
    answered: () => void telling.tell(),
    failed: error => logger.error({ error: String(error) }, '见证人内部错误 (the witness failed)'),
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const stop = toldToStop();
  telling.start();
  const address = server.address() as AddressInfo;
  console.log(`见证人已启动 (the witness is running): http://${host}:${address.port}\n${verifierLine(key.verifier)}`);
  await new Promise(resolve => stop.addEventListener('abort', resolve));
  await endConnections(server);
  await telling.stop();
  store.close();
  lock.close();
}

/** Prints what is known of each log. The exit code is 3 while an alarm stands, 4 when a log has been silent for so many hours. */
export function witnessStatus(directory: string, silentHours: number): Promise<void> {
  return withStore(directory, store => {
    const alarms = store.alarms();
    console.log(verifierLine(openWitnessKey(directory).verifier));
    const silent = store.origins().filter(origin => printLog(store, origin, silentHours));
    for (const alarm of alarms) printAlarm(alarm);
    if (alarms.length === 0) console.log('没有警报 (no alarms)');
    if (alarms.length > 0) process.exitCode = VIOLATED;
    else if (silent.length > 0) process.exitCode = SILENT;
  });
}

/** Tells whether the log has been silent for too long: nothing would be cosigned either where it is kept from its witness. */
function printLog(store: WitnessStore, origin: string, silentHours: number): boolean {
  const latest = store.latest(origin);
  console.log(`账本 log: ${origin}`);
  for (const { key, retiredAt } of store.keysOf(origin))
    console.log(`  密钥 key: ${verifierLine(key)}${retiredAt === undefined ? '' : ` 停用于 (retired) ${retiredAt}`}`);
  if (!latest) {
    console.log('  尚未联署 (nothing cosigned yet)');
    return false;
  }
  const root = Buffer.from(latest.root).toString('base64');
  console.log(`  最近联署 cosigned last: ${latest.size} 个事件 events, ${root}, ${latest.at}`);
  const isSilent = Date.now() - Date.parse(latest.at) > silentHours * HOUR_MS;
  if (isSilent) console.log(`  已超过 ${silentHours} 小时没有新的检查点 (silent for more than ${silentHours} hours)`);
  return isSilent;
}

function printAlarm({ number, origin, misconduct, size, at, times, lastAt }: RefusalEvidence): void {
  console.log(`警报 alarm ${number}: ${origin}: ${MISCONDUCT_SENTENCES[misconduct]}`);
  console.log(`  检查点 checkpoint: ${size} 个事件 events; ${at}; ${times} 次 times, 最近 last ${lastAt}`);
}

/** Prints what was refused, as it was sent, and what had been cosigned before. Throws RangeError where there is none. */
export function evidence(number: number, directory: string): Promise<void> {
  return withStore(directory, store => {
    const found = store.evidence(number);
    if (!found) throw new RangeError(`没有此项证据 (no such evidence): ${number}`);
    printAlarm(found);
    console.log(`--- 被拒绝的请求 (the request that was refused)\n${Buffer.from(found.request).toString('utf8')}`);
    console.log(`--- 此前的联署 (what had been cosigned)\n${found.cosigned ?? ''}`);
  });
}

/** Ends an alarm with a reason; the evidence stays. Throws RangeError where none stands. */
export function acknowledge(number: number, reason: string, directory: string): Promise<void> {
  return withStore(directory, store => {
    if (!store.end(number, reason, now())) throw new RangeError(`没有此项未了警报 (no such alarm stands): ${number}`);
    console.log(`已记入处理结果 (ended): ${number}`);
  });
}
