/**
 * The whole application with one year's story in its log, and callers around it: of the unit and the body the story is
 * about, of another unit and another body, of every other role, and some whose role was taken from them.
 */
import { accountStream, roleRevoked } from '../../events/account.ts';
import type { Role } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { AccountId } from '../../events/ids.ts';
import { control, factNames } from '../support/controls.ts';
import { undertaking } from './authorisation-parties.ts';
import { type Held, openSite, type Site, withSeals } from './authorisation-site.ts';

/** The story of the controls. */
export const STORY = {
  year: 2024,
  uscc: '91350100M000100Y43',
  unitName: '天津海河智能装备有限公司',
  projectId: '2024-7k3m9qwz',
  bodyId: 'district-binhai',
} as const;

const roleOf = (role: Held['role'], orgId: string): Held => ({ role, orgId });

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
  const site = await openSite();

  async function signInAll<Name extends CallerName>(names: readonly Name[], prefix: string) {
    const entries = names.map(async name => [name, await site.signIn(`${prefix}${name}`, CALLERS[name])] as const);
    return Object.fromEntries(await Promise.all(entries)) as Record<Name, string>;
  }

  await site.append('story', await storyOf(site));
  const tokens = await signInAll(Object.keys(CALLERS) as CallerName[], 'now-');
  for (const name of ['body', 'otherBody'] as const) {
    await site.append(...undertaking(CALLERS[name], `now-${name}`.toLowerCase()));
  }
  const formerTokens = await signInAll(FORMER, 'former-');
  for (const name of FORMER) {
    const accountId = `former-${name}`.toLowerCase() as AccountId;
    const revoked = roleRevoked.of({ accountId, ...CALLERS[name], lastDay: '2024-12-27', reason: '调离。' });
    await site.append(accountStream(accountId), [revoked]);
  }
  await site.settled();
  return { url: site.url, tokens, formerTokens, head: site.head, close: site.close };
}

/** After these there would be less to find. */
const ENDINGS = ['application.withdrawn', 'results.withdrawn', 'project.terminated', 'problem.resolved'];

/** A fact of every kind, about the one unit, with real seals. */
export function storyOf(site: Site): Promise<DecidedEvent[]> {
  const { year, uscc, projectId, bodyId } = STORY;
  const about = { year, uscc, projectId, bodyId };
  const told = factNames.filter(name => !ENDINGS.includes(name));
  return Promise.all(told.map(name => withSeals(site, control(name, {}, { about }))));
}
