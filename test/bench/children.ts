/** Child processes of the bench: servers and load each have a thread of their own, so all sides are measured alike. */
import { type ChildProcess, fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sample } from './measure.ts';
import type { Load } from './requests.ts';

export const APPLICATION = import.meta.resolve('./child-application.ts');
export const BARE = import.meta.resolve('./child-bare.ts');
export const EXPRESS = import.meta.resolve('./child-express.ts');
const EVENTSTOREDB = import.meta.resolve('./child-eventstoredb.ts');
const LOAD = import.meta.resolve('./child-load.ts');
const OPEN = import.meta.resolve('./child-open.ts');
const START = import.meta.resolve('./child-start.ts');
const CROWD = import.meta.resolve('./child-crowd.ts');
const LISTENERS = import.meta.resolve('./child-listeners.ts');
const WATCH = import.meta.resolve('./child-watch.ts');
const DELIVERY = import.meta.resolve('./child-delivery.ts');
const SAMENESS = import.meta.resolve('./child-sameness.ts');

export interface Server {
  readonly url: string;
  /** Bearer token of an officer of the municipal authority, where there is one. */
  readonly token?: string;
  /** Of somebody at a unit. */
  readonly unitToken?: string;
}

export interface Running extends Server {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a server that tells its address; what it logs goes to a file. */
export async function startServer(module: string, argument: object, logFile: string): Promise<Running> {
  const child = start(module, argument, openSync(logFile, 'a'));
  return running(await firstMessage<Server>(child), child);
}

function running(server: Server, child: ChildProcess): Running {
  return {
    ...server,
    pid: child.pid as number,
    async stop() {
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Events that somebody else appends, so many a second. */
export interface Appending {
  readonly events: number;
  readonly rate: number;
}

/** How often a subscriber did not take at once what was kept for him. */
export interface Appended {
  readonly drops: number;
}

/** Starts an EventStoreDB of the tests that appends events itself when it is told to; an old one is of before 24.2. */
export async function startDelivery(asked: {
  readonly namespace: string;
  readonly isOld: boolean;
}): Promise<Running & { append(events: Appending): Promise<Appended> }> {
  const child = start(DELIVERY, asked, 'inherit');
  return {
    ...running(await firstMessage<Server>(child), child),
    append(events) {
      const appended = firstMessage<Appended>(child);
      child.send(events);
      return appended;
    },
  };
}

/** Where the part of an application that takes requests keeps things; nobody makes its read models. */
export interface Servers {
  readonly EVENTSTOREDB_URL: string;
  readonly MONGODB_URL: string;
  readonly REDIS_URL: string;
  readonly GONGGUAN_NAMESPACE: string;
}

/** Calls that a server was sent, by what they ask for. */
export type Asked = Readonly<Record<'append' | 'read' | 'subscribe', number>>;

/** How an EventStoreDB of the tests commits: at no cost, or as a real one was measured to. */
export type CommitsAs = 'free' | 'measured';

/** Starts the EventStoreDB of the tests. */
export async function startEventStoreDb(commits: CommitsAs): Promise<Running & { asked(): Promise<Asked> }> {
  const child = start(EVENTSTOREDB, { commits }, 'inherit');
  const server = await firstMessage<Server>(child);
  return {
    ...running(server, child),
    asked() {
      const answered = firstMessage<Asked>(child);
      child.send('asked');
      return answered;
    },
  };
}

interface LoadSample extends Sample {
  /** Requests that were answered, those before the counted ones too. */
  readonly done: number;
}

/** Puts a load on a server from a process of its own. Throws when the server refuses any of it. */
export function load(argument: Load): Promise<LoadSample> {
  return firstMessage<LoadSample>(start(LOAD, argument, 'inherit'));
}

/** Milliseconds a fresh process takes to open a system with all read models at the head of the log. */
export async function openingTime(directory: string): Promise<number> {
  return (await firstMessage<{ ms: number }>(start(OPEN, { directory }, 'inherit'))).ms;
}

/** Seconds of processor time that a fresh process takes. */
export interface Started {
  /** Until it can be called, over rows that are made. */
  readonly seconds: number;
  /** From then on until the first page is shown; nothing where there are no pages. */
  readonly firstPage: number;
}

/** Starts a process with or without pages. */
export function startingTime(argument: { readonly directory: string; readonly pages: boolean }): Promise<Started> {
  return firstMessage<Started>(start(START, argument, 'inherit'));
}

export interface Comparing {
  readonly texts: number;
  readonly questions: number;
  readonly seed: number;
}

export interface Compared {
  /** Milliseconds of processor time that a question takes. */
  readonly p50: number;
  readonly p99: number;
  /** Of the resident memory, with the texts and after the questions. */
  readonly grownMiB: number;
}

/** Questions of sameness to a fresh process that holds so many texts. */
export function comparing(asked: Comparing): Promise<Compared> {
  return firstMessage<Compared>(start(SAMENESS, asked, 'inherit'));
}

/** What long requests a server is given at once. */
export interface Crowd {
  readonly url: string;
  readonly token: string | undefined;
  readonly streams: number;
  readonly exports: number;
  readonly reports: number;
}

/** Resolves when everybody in the crowd has what he asked for. */
export async function crowding(crowd: Crowd): Promise<void> {
  await firstMessage(start(CROWD, crowd, 'inherit'));
}

/** Clients of the public event stream, that begin after an event. */
export interface Listening {
  readonly url: string;
  readonly clients: number;
  readonly after: string;
}

/** What all of them together were told, and how many milliseconds after it was recorded. */
export interface Heard {
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
}

/** Resolves when each of the clients has caught up; they listen until they are stopped. */
export async function listening(asked: Listening): Promise<{ stop(): Promise<Heard> }> {
  const child = start(LISTENERS, asked, 'inherit');
  await firstMessage(child);
  return {
    stop() {
      const heard = firstMessage<Heard>(child);
      child.send('stop');
      return heard;
    },
  };
}

/** Milliseconds that a server took to say that it is alive. */
export interface Watched {
  readonly p99: number;
  readonly max: number;
}

/** Watches a server until it is stopped. */
export function watching(url: string): { stop(): Promise<Watched> } {
  const child = start(WATCH, { url }, 'inherit');
  const watched = firstMessage<Watched>(child);
  return {
    stop() {
      child.send('stop');
      return watched;
    },
  };
}

function start(module: string, argument: object, output: number | 'inherit'): ChildProcess {
  return fork(fileURLToPath(module), [JSON.stringify(argument)], {
    execArgv: ['--import', './infra/typescript.js'],
    stdio: ['ignore', output, 'inherit', 'ipc'],
  });
}

function firstMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as T));
    child.once('exit', code => reject(new Error(`${child.spawnargs.at(-2)} ended with ${code} before it answered`)));
  });
}

/** In a child: what the parent gave, and the way back to it. */
export const argument = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T;
export const answer = (message: object): void => void process.send?.(message);

/** In a server: tells where it listens, and ends when it is told to or when nobody is left to tell it. */
export function serving(server: Server, close: () => Promise<void> | void): void {
  const stop = async () => {
    await close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
  answer(server);
}
