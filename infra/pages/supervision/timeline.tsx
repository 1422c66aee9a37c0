/** 项目全过程: every event of a project in one line, by phase, with its deadlines and deviations, as known now or earlier. */
import { z } from 'zod';
import { projectIdSchema } from '../../../events/ids.ts';
import { yearOfProject } from '../../../events/rules/years.ts';
import { articleLabel } from '../../../events/statute.ts';
import type { DeadlineRow } from '../../../projections/programme/deadlines.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import { type TrailEntry, trailFilters } from '../../../projections/trail/query.ts';
import { downloadAddress } from '../downloads.ts';
import { type Asking, page } from '../page.ts';
import { Filters, TextField } from '../parts/field.tsx';
import { count, minute, withChoice } from '../parts/format.ts';
import { Facts, Table } from '../parts/table.tsx';
import { eventAddress } from './event.tsx';

export const timelinePage = page({
  path: '/projects/:projectId/timeline',
  name: 'ShowTimelinePage',
  title: ({ projectId }) => `项目全过程 ${projectId}`,
  access: OVERSIGHT,
  input: z.strictObject({ projectId: projectIdSchema, asOf: trailFilters.asOf }),
  async load({ projectId, asOf }, asking) {
    const all = await lifeOf(projectId, undefined, asking);
    const known = asOf === undefined ? all : await lifeOf(projectId, asOf, asking);
    const year = yearOfProject(projectId);
    const deadlines = await asking.askIfThere<{ items: DeadlineRow[] }>('ListDeadlines', { year });
    return { all, known, deadlines: deadlines?.items ?? [] };
  },
  isMissing: ({ all }) => all.length === 0,
  view: ({ input: { projectId, asOf }, data: { all, known, deadlines }, here }) => {
    const later = all.slice(known.length);
    return (
      <>
        <p class="crumbs">
          <a href="/supervision">监督</a> › <a href={`/projects/${projectId}`}>项目</a>
        </p>
        <h1>{titleOf(all) ?? projectId}</h1>
        {all.length === 0 ? (
          <p class="none">台账中没有这个项目。</p>
        ) : (
          <>
            <p class="lead">
              项目 {projectId} 的全过程：台账中它的每个事件，按环节排列
              {asOf === undefined ? '，截至现在所知' : `，截至 ${asOf} 所知`}。
            </p>
            <Filters label="看当时所知">
              <TextField label="截至（日期、时刻或位置）" name="asOf" hint="2024-07-15" value={asOf} />
            </Filters>
            {asOf !== undefined && <Since known={known} later={later} here={here} />}
            <Summary known={known} />
            {phasesOf(known).map(phase => (
              <PhaseOfLife phase={phase} deadlines={deadlines} here={here} />
            ))}
            <p class="tools">
              <a href={`/supervision/pack?project=${projectId}`}>证据材料（打印、PDF、证据包）</a>
              <a href={downloadAddress(`/trail/export?project=${projectId}&order=asc`)}>导出为表格（CSV）</a>
            </p>
          </>
        )}
      </>
    );
  },
});

/** A life is longer than that only by mistake; more is for the export. */
const PAGES = 10;

/** The first event first. */
async function lifeOf(project: string, asOf: string | undefined, { ask }: Asking): Promise<TrailEntry[]> {
  const entries: TrailEntry[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const asked = { project, order: 'asc', limit: 200, ...(asOf !== undefined && { asOf }), ...(cursor && { cursor }) };
    const { items, next } = await ask<{ items: TrailEntry[]; next?: string }>('ReadTrail', asked);
    entries.push(...items);
    if (next === undefined) break;
    cursor = next;
  }
  return entries;
}

const titleOf = (entries: readonly TrailEntry[]) => entries.find(({ project }) => project)?.project?.title;

function Summary({ known }: { readonly known: readonly TrailEntry[] }) {
  const unit = known.find(entry => entry.unit)?.unit;
  const body = known.find(entry => entry.body)?.body;
  const deviations = known.filter(entry => entry.deviations).length;
  const backdated = known.filter(entry => entry.backdated).length;
  return (
    <Facts
      facts={[
        ['申报单位', unit && <a href={`/units/${unit.uscc}`}>{unit.name}</a>],
        ['推荐单位', body && <a href={`/bodies/${body.bodyId}`}>{body.name}</a>],
        ['事件', `${count(known.length)} 个`],
        ['偏离', deviations > 0 ? <span class="warn">{deviations} 个事件</span> : '没有'],
        ['补录', backdated > 0 ? <span class="warn">{backdated} 个事件</span> : '没有'],
      ]}
    />
  );
}

interface LivedPhase {
  readonly phase: string;
  readonly entries: readonly TrailEntry[];
}

/** In the order in which they began. */
function phasesOf(entries: readonly TrailEntry[]): readonly LivedPhase[] {
  const phases = [...new Set(entries.map(({ phase }) => phase))];
  return phases.map(phase => ({ phase, entries: entries.filter(entry => entry.phase === phase) }));
}

function PhaseOfLife({
  phase: { phase, entries },
  deadlines,
  here,
}: {
  readonly phase: LivedPhase;
  readonly deadlines: readonly DeadlineRow[];
  readonly here: URL;
}) {
  const articles = new Set(entries.flatMap(({ basis }) => basis));
  const ofPhase = deadlines.filter(({ duty, dueOn }) => dueOn !== undefined && articles.has(articleLabel(duty)));
  return (
    <>
      <h2>{phase}</h2>
      {ofPhase.length > 0 && (
        <p class="fine">工作方案的期限：{ofPhase.map(({ title, dueOn }) => `${title} ${dueOn}`).join('；')}</p>
      )}
      <Table
        caption={`${phase}的事件`}
        columns={[
          {
            head: '时间',
            isOneLine: true,
            cell: ({ effectiveAt, position, backdated, recordedAt }) => (
              <>
                <a href={eventAddress(position)}>{minute(effectiveAt)}</a>
                {backdated && <small class="warn">{minute(recordedAt)} 补录</small>}
                <small>
                  <a href={withChoice(here, { asOf: position })}>看截至此处所知</a>
                </small>
              </>
            ),
          },
          { head: '行为人', cell: entry => <Doer entry={entry} /> },
          { head: '行为', cell: entry => <Deed entry={entry} />, isProse: true },
          { head: '依据', cell: ({ basis }) => basis.join('、') },
        ]}
        rows={entries}
      />
    </>
  );
}

function Doer({ entry: { role, person, organisation } }: { readonly entry: TrailEntry }) {
  if (role === 'SYS') return <>系统</>;
  return (
    <>
      <a href={`/people/${person.accountId}`}>{person.name}</a>
      <small>{organisation.name}</small>
    </>
  );
}

function Deed({ entry: { what, deviations, reason } }: { readonly entry: TrailEntry }) {
  return (
    <>
      {what}
      {reason !== undefined && !what.includes(reason.replace(/。$/, '')) && <small>理由：{reason}</small>}
      {(deviations as readonly { readonly zh: string }[] | undefined)?.map(({ zh }) => (
        <small class="warn">偏离：{zh}</small>
      ))}
    </>
  );
}

/** What differs between then and now: what came later, and what had happened then and was not on record. */
function Since({
  known,
  later,
  here,
}: {
  readonly known: readonly TrailEntry[];
  readonly later: readonly TrailEntry[];
  readonly here: URL;
}) {
  const lastKnown = known.at(-1)?.recordedAt;
  const wasUnknown = ({ effectiveAt }: TrailEntry) => lastKnown !== undefined && effectiveAt <= lastKnown;
  const unknown = later.filter(wasUnknown);
  return (
    <section>
      <p class={unknown.length > 0 ? 'verdict bad' : 'verdict'}>
        当时已知 {count(known.length)} 个事件，此后又记入 {count(later.length)} 个
        {unknown.length > 0 && `，其中 ${count(unknown.length)} 个所记的事当时已经发生而没有记入`}。
        <a href={withChoice(here, { asOf: undefined })}>看现在所知</a>
      </p>
      <h2>当时还不知道的</h2>
      <Table
        caption="此后记入的事件"
        none="没有：当时所知就是现在所知。"
        columns={[
          { head: '记录时间', cell: ({ recordedAt }) => minute(recordedAt), isOneLine: true },
          {
            head: '事件',
            cell: entry => (
              <>
                <a href={eventAddress(entry.position)}>{entry.sentence}</a>
                {wasUnknown(entry) && <small class="warn">当时已经发生</small>}
              </>
            ),
          },
        ]}
        rows={later}
      />
    </section>
  );
}
