/** 待办: what waits for the reader, the most urgent first, each with the one button that does it; below, what is running. */
import type { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../../events/envelope.ts';
import { codeWord } from '../../../events/words.ts';
import type { ownWorkSchema } from '../../../projections/dashboard/own-work.ts';
import type { ListedProject } from '../../../projections/dashboard/project-list.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import type { ToldOffer } from '../../http/offers.ts';
import { type Asking, NO_INPUT, page } from '../page.ts';
import { type OwnDrafts, UnsentDrafts } from '../parts/drafts.tsx';
import { count, minute } from '../parts/format.ts';
import { OfferedAct, Offers } from '../parts/offers.tsx';
import { Table } from '../parts/table.tsx';
import { Entrusted, type EntrustmentShown } from './entrusted.tsx';
import { OccasionLists, occasionsOf } from './occasions.tsx';

const READERS: readonly Role[] = ['UNIT', 'TPO', ...RECOMMENDING_ROLES, ...OVERSIGHT];

type OwnWork = z.infer<typeof ownWorkSchema>;
type Matter = OwnWork['items'][number];
type Thing = Matter['things'][number];

/** Projects under way that are shown: all stand on the page of projects. */
const RUNNING = 10;

export const workPage = page({
  path: '/work',
  name: 'ShowWorkPage',
  title: '待办',
  access: READERS,
  input: NO_INPUT,
  async load(_input, asking) {
    const { ask, askIfThere, askIfReached, reader } = asking;
    const work = await ask<OwnWork>('ListOwnWork');
    const thirdParty = reader.actor?.role === 'TPO' ? reader.actor.orgId : undefined;
    const entrustment =
      thirdParty && (await askIfThere<EntrustmentShown>('GetEntrustment', { entrustmentId: thirdParty }));
    const occasions = thirdParty ? await occasionsOf(asking) : undefined;
    const running = thirdParty
      ? undefined
      : await ask<{ items: ListedProject[]; total: number }>('ListProjects', { limit: RUNNING });
    const drafts = await askIfReached<OwnDrafts>('ListOwnDrafts');
    const matters: WaitingMatter[] = [];
    for (const matter of work.items) matters.push(await offered(matter, asking));
    return { matters, running, occasions, entrustment, drafts, beginnings: await beginningsFor(asking) };
  },
  view: ({ data: { matters, running, occasions, entrustment, drafts, beginnings }, now, actor }) => (
    <>
      <h1>待办</h1>
      <Summary items={matters} />
      <UnsentDrafts kept={drafts} here="/work" />
      <Offers offers={beginnings} to="/work" heading="填报新的申请" />
      {matters.map(matter => (
        <Waiting matter={matter} />
      ))}
      {running && <Running of={running} />}
      {occasions && <OccasionLists of={occasions} />}
      {entrustment && (
        <>
          <h2>受托事项</h2>
          <Entrusted of={entrustment} now={now} />
          <p class="tools">
            <a href={`/entrustments/${entrustment.entrustmentId}?list=acts`}>办理受托事项</a>
          </p>
        </>
      )}
      <p class="tools">
        {RECOMMENDING_ROLES.some(role => role === actor?.role) && <a href="/work/body">本单位概览</a>}
        <a href="/fraud-cases?list=own">本单位反映的线索</a>
      </p>
    </>
  ),
});

function Running({
  of: running,
}: {
  readonly of: { readonly items: readonly ListedProject[]; readonly total: number };
}) {
  return (
    <>
      <h2>项目</h2>
      <Table
        caption="项目"
        none="没有项目。"
        columns={[
          { head: '年度', cell: row => row.year, isOneLine: true },
          { head: '项目', cell: row => <a href={`/projects/${row.projectId}`}>{row.title}</a> },
          { head: '申报单位', cell: row => row.unitName },
          { head: '目前所处环节', cell: row => codeWord('stage', row.stage), isOneLine: true },
        ]}
        rows={running.items}
      />
      {running.total > running.items.length && (
        <p class="tools">
          <a href="/projects">全部 {count(running.total)} 个项目</a>
        </p>
      )}
    </>
  );
}

/** A matter with what is offered on each of its things, or on all of them together. */
interface WaitingMatter extends Matter {
  readonly offers: readonly (ToldOffer | undefined)[];
}

/** What waits is done by an act that is offered like any other: who may not do it is told why. */
async function offered(matter: Matter, { offersOnEach }: Asking): Promise<WaitingMatter> {
  const { together, values, things, command } = matter;
  const told = await offersOnEach(together ? [values] : things.map(thing => thing.values), [command]);
  return { ...matter, offers: told.map(([offer]) => offer) };
}

/** What a unit may begin in the newest year: there is no project yet on whose page it could be offered. */
async function beginningsFor({ ask, offersOnEach, reader }: Asking): Promise<readonly ToldOffer[]> {
  if (reader.actor?.role !== 'UNIT') return [];
  const { items } = await ask<{ items: { year: number }[] }>('ListProgrammes');
  const year = Math.max(...items.map(programme => programme.year));
  if (items.length === 0) return [];
  const [beginnings = []] = await offersOnEach([{ year }], ['StartApplication']);
  return beginnings;
}

function Summary({ items }: { readonly items: readonly Matter[] }) {
  const total = items.reduce((sum, matter) => sum + matter.total, 0);
  const overdue = items.reduce((sum, matter) => sum + matter.overdue, 0);
  if (total === 0) return <p class="verdict">没有等待您办理的事项。</p>;
  return (
    <p class={overdue > 0 ? 'verdict bad' : 'verdict'}>
      {items.length} 类共 {count(total)} 件等待您办理{overdue > 0 && `，其中 ${count(overdue)} 件已逾期`}。
    </p>
  );
}

function Waiting({ matter }: { readonly matter: WaitingMatter }) {
  const { things, total, dueOn, overdue, together, offers } = matter;
  const offerOn = new Map(things.map((thing, at) => [thing, offers[at]]));
  return (
    <section>
      <h2>
        {matter.matter}（{count(total)}）
      </h2>
      <p class="lead">
        {dueOn !== undefined && `应于 ${dueOn}（含）前办理。`}
        {overdue > 0 && <span class="warn">{count(overdue)} 件已逾期。</span>}
      </p>
      {together && (
        <p>
          <OfferedAct offer={offers[0]} to="/work" isButton>
            一并办理
          </OfferedAct>
        </p>
      )}
      <Table
        caption={matter.matter}
        columns={[
          { head: '事项', cell: thing => <About thing={thing} /> },
          { head: '起于', cell: thing => thing.since && minute(thing.since), isOneLine: true },
          {
            head: '期限',
            cell: thing =>
              thing.dueOn && (
                <span class={thing.overdue ? 'warn' : ''}>
                  {thing.dueOn}
                  {thing.overdue && ' 已逾期'}
                </span>
              ),
            isOneLine: true,
          },
          ...(together
            ? []
            : [
                {
                  head: '办理',
                  cell: (thing: Thing) => (
                    <OfferedAct offer={offerOn.get(thing)} to="/work">
                      办理
                    </OfferedAct>
                  ),
                },
              ]),
        ]}
        rows={things}
      />
      {total > things.length && (
        <p class="fine">
          另有 {count(total - things.length)} 件，等待较短。<a href="/projects">在项目一览中查找</a>
        </p>
      )}
    </section>
  );
}

/** Where the thing is read. */
function About({ thing: { title, note, values } }: { readonly thing: Thing }) {
  const at = placeOf(values);
  return (
    <>
      {at === undefined ? title : <a href={at}>{title}</a>}
      {note && <small>{note}</small>}
    </>
  );
}

const PLACES: readonly (readonly [field: string, path: string])[] = [
  ['projectId', '/projects'],
  ['caseId', '/fraud-cases'],
  ['misconductId', '/supervision/misconduct'],
  ['year', '/programmes'],
];

function placeOf(values: Thing['values']): string | undefined {
  const place = PLACES.find(([field]) => values[field] !== undefined);
  return place && `${place[1]}/${values[place[0]]}`;
}
