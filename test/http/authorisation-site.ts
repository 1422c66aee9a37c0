/** The whole application over a log that a test writes, with people signed in: what the authorisation tests ask. */
import { accountRegistered, accountStream, type Grant, roleGranted } from '../../events/account.ts';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { type AccountId, START, type StreamId, streamId } from '../../events/ids.ts';
import { readConfig } from '../../infra/config.ts';
import { startProcess } from '../../infra/main.ts';
import type { BlobStore, Vault } from '../../services/ports.ts';
import { MSR, recorded } from '../support/given.ts';
import { temporaryDirectory } from '../support/log.ts';
import { givePassword } from '../support/passwords.ts';

/** What every personal value of the story begins with. */
export const PERSON = '欧阳不公开';
export const personOf = (subject: string) => `${PERSON}（${subject}）`;
const NOW = '2024-12-28T02:00:00.000Z';
export const SITE_PASSWORD = 'two organisations 2024';

export type Held = Pick<Grant, 'role' | 'orgId'>;

export interface Site {
  readonly url: string;
  readonly vault: Vault;
  readonly blobs: BlobStore;
  append(stream: StreamId | string, drafts: readonly DecidedEvent[], actor?: Actor): Promise<void>;
  /** As if so many events had been appended, and never were: those that follow have the ids that they would have had. */
  leaveOut(count: number): void;
  /** A token for the first of the roles that the new account holds. */
  signIn(account: string, ...held: readonly [Held, ...Held[]]): Promise<string>;
  /** Resolves once the read models have caught up with the log. */
  settled(): Promise<void>;
  head(): Promise<string>;
  log(): Promise<readonly RecordedEvent[]>;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** What time it is, always or at each question. */
  readonly now?: string | (() => string);
  /** Whether the ledger is signed; not unless told. */
  readonly signing?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  /** Where the read models are made: here, unless it matters that it is not, since a thread loads everything once more. */
  readonly projecting?: 'here' | 'thread';
}

export async function openSite({
  now = NOW,
  signing = false,
  environment,
  projecting = 'here',
}: SiteOptions = {}): Promise<Site> {
  const directory = temporaryDirectory();
  const config = readConfig({
    GONGGUAN_DATA: directory.path,
    PORT: '0',
    GONGGUAN_SECOND_FACTOR: 'optional',
    LOG_LEVEL: 'error',
    ...environment,
  });
  const clock = { now: typeof now === 'string' ? () => now : now };
  const { system, identity, url, close } = await startProcess(config, {
    clock,
    projecting,
    scheduling: signing,
  });
  const { events, vault, blobs, projector } = system;
  let count = 0;

  async function append(stream: StreamId | string, drafts: readonly DecidedEvent[], actor = MSR): Promise<void> {
    const revision = (await events.readStream(streamId(stream), -1)).at(-1)?.revision ?? -1;
    const news = drafts.map(draft => {
      count += 1;
      const { id, type, schemaVersion, data, meta } = recorded({ draft, actor }, count);
      return { id, type, schemaVersion, data, meta };
    });
    await events.append(streamId(stream), revision, news);
  }

  async function register(accountId: AccountId, [first, ...others]: readonly [Held, ...Held[]]): Promise<void> {
    const name = await vault.seal(`account-${accountId}`, PERSON);
    const dated = ({ role, orgId }: Held): Grant => ({ role, orgId, orgName: '某单位', from: '2024-01-01' });
    await append(accountStream(accountId), [
      accountRegistered.of({ accountId, name, grant: dated(first) }),
      ...others.map(held => roleGranted.of({ accountId, grant: dated(held) })),
    ]);
  }

  return {
    url,
    vault,
    blobs,
    append,
    leaveOut(events) {
      count += events;
    },
    async signIn(account, ...held) {
      const accountId = account.toLowerCase() as AccountId;
      await register(accountId, held);
      await givePassword(system.keyStore, accountId, SITE_PASSWORD);
      const { role, orgId } = held[0];
      return (await identity.login({ accountId, password: SITE_PASSWORD, address: '127.0.0.1', role, orgId })).token;
    },
    async settled() {
      if (!(await projector.reached(await events.head(), 20_000))) throw new Error('the read models do not catch up');
    },
    head: () => events.head(),
    log: () => events.readAll(START, 100_000),
    async close() {
      await close();
      directory[Symbol.dispose]();
    },
  };
}

/** A fact whose personal values the vault of the site can open. */
export async function withSeals({ vault }: Pick<Site, 'vault'>, draft: DecidedEvent): Promise<DecidedEvent> {
  return { ...draft, data: await resealed(draft.data, vault) };
}

async function resealed(value: unknown, vault: Vault): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(item => resealed(item, vault)));
  if (typeof value !== 'object' || value === null) return value;
  if ('sealed' in value && 'subject' in value) {
    const subject = String(value.subject);
    return vault.seal(subject, personOf(subject));
  }
  const entries = Object.entries(value).map(async ([key, part]) => [key, await resealed(part, vault)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
