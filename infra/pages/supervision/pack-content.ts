/** What 证据材料 hold of a project, a unit, a body, a person, a programme year or a period: asked of the API alone. */
import type { z } from 'zod';
import { accountIdSchema, bodyIdSchema, creditCodeSchema, projectIdSchema } from '../../../events/ids.ts';
import { dateSchema, endOfDay, startOfDay } from '../../../events/time.ts';

import { yearParameter } from '../../../projections/query.ts';
import type { Answered } from '../../../projections/report/export.ts';
import type { TrailEntry } from '../../../projections/trail/query.ts';
import type { Asking } from '../page.ts';
import type { LedgerNow, WitnessTold } from '../parts/ledger.tsx';

/** What a pack is about; what is recorded from one day to another (inclusive), of the one thing or of all. */
export const packShape = {
  project: projectIdSchema.optional(),
  unit: creditCodeSchema.optional(),
  body: bodyIdSchema.optional(),
  account: accountIdSchema.optional(),
  year: yearParameter.optional(),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
};
export type PackAsked = z.infer<z.ZodObject<typeof packShape>>;

type Filter = Readonly<Record<string, string>>;

/** What the paper is about. */
export interface PackScope {
  readonly title: string;
  readonly number: string;
  readonly question: string;
  readonly period?: string;
  /** By which its events are found on the trail; none where they are too many for paper. */
  readonly filter?: Filter;
  /** Reports that judge it, each with what it is asked. */
  readonly reports: readonly (readonly [number: number, asked: Filter])[];
  /** The same as files that prove themselves. */
  readonly bundle: `/${string}`;
  readonly bundleName: string;
}

/** Of what it can be about the first that is named; undefined where nothing is. */
export function packScopeOf(asked: PackAsked): PackScope | undefined {
  const { from, to } = asked;
  const period = { ...(from && { from: startOfDay(from) }), ...(to && { to: endOfDay(to) }) };
  const isBounded = from !== undefined || to !== undefined;
  const about = aboutOf(asked) ?? (isBounded ? EVERYTHING : undefined);
  if (!about) return undefined;
  const { events, ...scope } = about;
  const isListed = events.isListed || isBounded;
  return {
    ...scope,
    ...(isBounded && { period: `${from ?? '最早'} 至 ${to ?? '最近'}，以记录时间为准` }),
    ...(isListed && { filter: { ...events.by, ...period } }),
  };
}

/** Which events are of it, and whether they are listed though no period is named. */
interface About extends Omit<PackScope, 'filter' | 'period'> {
  readonly events: { readonly by: Filter; readonly isListed: boolean };
}

const WHOLE_LOG = { bundle: '/bundles/log', bundleName: '整个台账' } as const;

const EVERYTHING: About = {
  title: '期间证据材料',
  number: '整个台账',
  question: '这段期间谁做了什么，依据哪一条，记录有没有被改动。',
  events: { by: {}, isListed: true },
  reports: [],
  ...WHOLE_LOG,
};

function aboutOf({ project, unit, body, account, year }: PackAsked): About | undefined {
  if (project !== undefined) {
    return {
      title: '项目证据材料',
      number: `项目 ${project}`,
      question: '这个项目从申报到现在，谁在何时依据哪一条做了什么，记录有没有被改动。',
      events: { by: { project }, isListed: true },
      reports: [[1, { project }]],
      bundle: `/bundles/projects/${project}`,
      bundleName: '项目',
    };
  }
  if (unit !== undefined) {
    return {
      title: '单位证据材料',
      number: `申报单位 ${unit}`,
      question: '这个单位的项目，谁在何时依据哪一条做了什么，记录有没有被改动。',
      events: { by: { unit }, isListed: true },
      reports: [],
      ...WHOLE_LOG,
    };
  }
  if (body !== undefined) {
    return {
      title: '推荐单位证据材料',
      number: `推荐单位 ${body}`,
      question: '经这个单位推荐的项目，谁在何时依据哪一条做了什么，记录有没有被改动。',
      events: { by: { body }, isListed: true },
      reports: [],
      ...WHOLE_LOG,
    };
  }
  if (account !== undefined) {
    return {
      title: '人员证据材料',
      number: `账户 ${account}`,
      question: '这个人以这个账户做过什么，依据哪一条，记录有没有被改动。',
      events: { by: { person: account }, isListed: true },
      reports: [],
      bundle: `/bundles/persons/${account}`,
      bundleName: '人员',
    };
  }
  if (year === undefined) return undefined;
  const asked = { year: String(year) };
  return {
    title: '年度证据材料',
    number: `${year} 年度`,
    question: '这个年度的活动是否依照办法进行，公布的名单与台账是否一致，记录有没有被改动。',
    events: { by: asked, isListed: false },
    reports: [3, 4, 8, 12, 15, 16].map(number => [number, asked] as const),
    bundle: `/bundles/years/${year}`,
    bundleName: '年度',
  };
}

interface Digest {
  readonly position: string;
  readonly index: number;
  readonly entry: string;
}

interface Judged {
  readonly number: number;
  readonly answered: Answered;
}

/** So many events go on paper; more are in the bundle. */
const MOST = 1_000;
const PAGE = 200;

export type Pack = Awaited<ReturnType<typeof packOf>>;

export async function packOf({ filter, reports }: PackScope, asking: Asking) {
  const [ledger, witnesses] = await Promise.all([
    asking.ask<LedgerNow>('GetLedgerState'),
    asking.ask<{ items: WitnessTold[] }>('ListWitnesses'),
  ]);
  const { entries, isCut } = filter ? await eventsOf(filter, asking) : { entries: [], isCut: false };
  const digests = await digestsOf(entries, asking);
  const judged: Judged[] = [];
  for (const [number, asked] of reports)
    judged.push({ number, answered: await asking.report<Answered>(number, asked) });
  return { ledger, witnesses: witnesses.items, entries, isCut, digests, judged };
}

async function eventsOf(filter: Filter, { ask }: Asking) {
  const entries: TrailEntry[] = [];
  let cursor: string | undefined;
  do {
    const asked = { ...filter, order: 'asc', limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await ask<{ items: TrailEntry[]; next?: string }>('ReadTrail', asked);
    entries.push(...items);
    cursor = next;
  } while (cursor !== undefined && entries.length < MOST);
  return { entries, isCut: cursor !== undefined };
}

async function digestsOf(entries: readonly TrailEntry[], { ask }: Asking): Promise<ReadonlyMap<string, Digest>> {
  const digests = new Map<string, Digest>();
  for (let at = 0; at < entries.length; at += PAGE) {
    const positions = entries.slice(at, at + PAGE).map(({ position }) => position);
    const { items } = await ask<{ items: Digest[] }>('ListEntryDigests', { positions: positions.join(',') });
    for (const digest of items) digests.set(digest.position, digest);
  }
  return digests;
}
