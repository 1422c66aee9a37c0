/**
 * The whole application with one year's story in its log, and callers around it: of the unit and the body the story is
 * about, of another unit and another body, of every other role, and some whose role was taken from them.
 */
import { accountRegistered, accountStream, type Grant, roleRevoked } from '../../events/account.ts';
import type { Role } from '../../events/envelope.ts';
import type { Draft } from '../../events/fact.ts';
import { type AccountId, type StreamId, streamId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { readConfig } from '../../infra/config.ts';
import { startApplication } from '../../infra/main.ts';
import type { Vault } from '../../services/ports.ts';
import { control, factNames } from '../support/controls.ts';
import { recorded } from '../support/given.ts';
import { temporaryDirectory } from '../support/log.ts';

const NOW = '2024-12-28T02:00:00.000Z';
const PASSWORD = 'two organisations 2024';
/** What every personal value of the story begins with. */
export const PERSON = '欧阳不公开';
export const personOf = (subject: string) => `${PERSON}（${subject}）`;

/** The story of the controls. */
export const STORY = {
  year: 2024,
  uscc: '91350100M000100Y43',
  unitName: '天津海河智能装备有限公司',
  projectId: '2024-7k3m9qwz',
  bodyId: 'district-binhai',
} as const;

const roleOf = (role: Grant['role'], orgId: string) => ({ role, orgId });

export const CALLERS = {
  office: roleOf('MSR', 'msr'),
  supervisor: roleOf('SUP', 'sup'),
  industry: roleOf('REC-I', 'industry-other'),
  association: roleOf('REC-A', 'association-other'),
  body: roleOf('REC-D', STORY.bodyId),
  otherBody: roleOf('REC-D', 'district-other'),
  unit: roleOf('UNIT', STORY.uscc),
  otherUnit: roleOf('UNIT', '91120116MA05000011'),
  thirdParty: roleOf('TPO', 'tpo-unentrusted'),
  expert: roleOf('EXPERT', 'expert-other'),
} as const satisfies Record<string, { role: Role; orgId: string }>;
export type CallerName = keyof typeof CALLERS;

/** Signed in while they held their role; it has been taken from them since. */
export const FORMER = ['office', 'body', 'unit'] as const satisfies readonly CallerName[];

export interface TwoOrganisations {
  readonly url: string;
  readonly tokens: Readonly<Record<CallerName, string>>;
  readonly formerTokens: Readonly<Record<(typeof FORMER)[number], string>>;
  head(): Promise<string>;
  close(): Promise<void>;
}

export async function openTwoOrganisations(): Promise<TwoOrganisations> {
  const directory = temporaryDirectory();
  const config = readConfig({ GONGGUAN_DATA: directory.path, PORT: '0', LOG_LEVEL: 'error' });
  const clock = { now: () => NOW };
  const { house, identity, url, close } = await startApplication(config, { clock, scheduling: false });
  const { events, vault, projector } = house;
  let count = 0;

  async function append(stream: StreamId, drafts: readonly Draft[]): Promise<void> {
    const revision = (await events.readStream(stream, -1)).at(-1)?.revision ?? -1;
    const news = drafts.map(draft => {
      count += 1;
      const { id, type, schemaVersion, data, meta } = recorded({ draft }, count);
      return { id, type, schemaVersion, data, meta };
    });
    await events.append(stream, revision, news);
  }

  async function signIn(account: string, { role, orgId }: { role: Grant['role']; orgId: string }): Promise<string> {
    const accountId = account.toLowerCase() as AccountId;
    const name = await vault.seal(`account-${accountId}`, PERSON);
    const grant: Grant = { role, orgId, orgName: '某单位', from: '2024-01-01' };
    await append(accountStream(accountId), [accountRegistered.of({ accountId, name, grant })]);
    await identity.setPassword(accountId, PASSWORD);
    return (await identity.login({ accountId, password: PASSWORD, address: '127.0.0.1' })).token;
  }

  async function signInAll<Name extends CallerName>(names: readonly Name[], prefix: string) {
    const entries = names.map(async name => [name, await signIn(`${prefix}${name}`, CALLERS[name])] as const);
    return Object.fromEntries(await Promise.all(entries)) as Record<Name, string>;
  }

  await append(streamId('story'), await storyOf(vault));
  const tokens = await signInAll(Object.keys(CALLERS) as CallerName[], 'now-');
  const formerTokens = await signInAll(FORMER, 'former-');
  for (const name of FORMER) {
    const accountId = `former-${name}`.toLowerCase() as AccountId;
    const revoked = roleRevoked.of({ accountId, ...CALLERS[name], lastDay: '2024-12-27', reason: '调离。' });
    await append(accountStream(accountId), [revoked]);
  }
  if (!(await projector.reached(await events.head(), 20_000))) throw new Error('the read models do not catch up');
  return {
    url,
    tokens,
    formerTokens,
    head: () => events.head(),
    async close() {
      await close();
      directory[Symbol.dispose]();
    },
  };
}

/** After these there would be less to find. */
const ENDINGS = ['application.withdrawn', 'results.withdrawn', 'project.terminated', 'problem.resolved'];

/** A fact of every kind, about the one unit, with real seals. */
async function storyOf(vault: Vault): Promise<Draft[]> {
  const { year, uscc, projectId, bodyId } = STORY;
  const seal = ({ subject }: Sealed) => vault.seal(subject, personOf(subject));
  const about = { year, uscc, projectId, bodyId };
  return Promise.all(
    factNames
      .filter(name => !ENDINGS.includes(name))
      .map(async name => {
        const draft = control(name, {}, { about });
        return { ...draft, data: await resealed(draft.data, seal) };
      }),
  );
}

async function resealed(value: unknown, seal: (value: Sealed) => Promise<Sealed>): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(item => resealed(item, seal)));
  if (typeof value !== 'object' || value === null) return value;
  if ('sealed' in value && 'subject' in value) return seal(value as Sealed);
  const entries = Object.entries(value).map(async ([key, part]) => [key, await resealed(part, seal)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
