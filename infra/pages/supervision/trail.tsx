/** 监督轨迹: who did what, when, under which article; every choice is in the address. */
import { catalogue } from '../../../events/catalogue.ts';
import { ARTICLE_IDS, articleLabel } from '../../../events/statute.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import type { TrailFacets } from '../../../projections/trail/facets.ts';
import { type TrailEntry, trailInput } from '../../../projections/trail/query.ts';
import { downloadAddress } from '../downloads.ts';
import { page } from '../page.ts';
import { ChoiceField, Filters, TextField } from '../parts/field.tsx';
import { minute, withChoice } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';
import { eventAddress } from './event.tsx';
import { Chosen, Facets, FLAG_WORDS } from './facets.tsx';

const ACTIONS = [...catalogue.values()].map(({ type, title }) => [type, title] as const);
const ARTICLES = ARTICLE_IDS.map(id => [id, articleLabel(id)] as const);

export const trailPage = page({
  path: '/supervision/trail',
  name: 'ShowTrailPage',
  title: '监督轨迹',
  access: OVERSIGHT,
  input: trailInput,
  async load(input, { ask }) {
    const { limit: _limit, cursor: _cursor, ...filter } = input;
    const [entries, facets] = await Promise.all([
      ask<{ items: TrailEntry[]; next?: string }>('ReadTrail', input),
      ask<TrailFacets>('CountTrail', filter),
    ]);
    return { ...entries, facets };
  },
  view: ({ input, data: { items, next, facets }, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>监督轨迹</h1>
      <p class="lead">
        谁在何时依据哪一条做了什么。{input.asOf ? `截至 ${input.asOf} 所知。` : ''}
        {input.order === 'asc' ? '最早的在前。' : '最新的在前。'}
      </p>
      <Filters label="筛选轨迹">
        <ChoiceField label="条款" name="article" options={ARTICLES} chosen={input.article} />
        <ChoiceField label="行为" name="action" options={ACTIONS} chosen={input.action} />
        <ChoiceField label="标记" name="flag" options={FLAG_WORDS} chosen={input.flag} />
        <TextField label="人员（账户）" name="person" value={input.person} />
        <TextField label="项目编号" name="project" hint="2024-…" value={input.project} />
        <TextField label="申报单位（信用代码）" name="unit" value={input.unit} />
        <TextField label="截至所知（日期、时刻或位置）" name="asOf" hint="2024-12-31" value={input.asOf} />
        <ChoiceField label="次序" name="order" options={ORDERS} chosen={input.order} all="最新的在前" />
        {[...here.searchParams]
          .filter(([name]) => !IN_FORM.includes(name))
          .map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
      </Filters>
      <Chosen here={here} words={CHOSEN} called={calledIn(items)} />
      <Facets facets={facets} here={here} />
      <p class="tools">
        <a href={exportAddress(here, 'csv')}>导出为表格（CSV）</a>
        <a href={exportAddress(here, 'ndjson')}>导出为数据（NDJSON）</a>
      </p>
      <Table
        caption="轨迹，每行一个事件"
        none="没有符合条件的事件。"
        columns={[
          { head: '时间', cell: entry => <When entry={entry} />, isOneLine: true },
          { head: '行为人', cell: entry => <Actor entry={entry} here={here} /> },
          { head: '行为', cell: entry => <What entry={entry} />, isProse: true },
          { head: '对象', cell: entry => <About entry={entry} here={here} /> },
          { head: '依据', cell: ({ basis }) => basis.map(label => <span>{label} </span>), isOneLine: true },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  ),
});

const ORDERS = [['asc', '最早的在前']] as const;

/** Fields of the form, and what a new choice begins anew. */
const IN_FORM = ['article', 'action', 'flag', 'person', 'project', 'unit', 'asOf', 'order', 'cursor', 'limit'];

const CHOSEN = {
  person: '行为人',
  concerns: '所涉人员',
  organisation: '行为单位',
  project: '项目',
  unit: '申报单位',
  body: '推荐单位',
  from: '记录时间不早于',
  to: '记录时间早于',
  asOf: '截至',
};

/** What people and things are called, by their ids, as far as the entries say. */
function calledIn(entries: readonly TrailEntry[]): ReadonlyMap<string, string> {
  const named = entries.flatMap(({ person, organisation, project, unit, body }) => [
    [person.accountId, person.name] as const,
    ...(project ? [[project.projectId, project.title] as const] : []),
    ...(unit ? [[unit.uscc, unit.name] as const] : []),
    ...(body ? [[body.bodyId, body.name] as const] : []),
    [organisation.orgId, organisation.name] as const,
  ]);
  return new Map(named);
}

const exportAddress = (here: URL, format: 'csv' | 'ndjson') =>
  withChoice(here, { format, limit: undefined }, downloadAddress('/trail/export'));

interface Of {
  readonly entry: TrailEntry;
}

function When({ entry: { effectiveAt, recordedAt, backdated, position } }: Of) {
  return (
    <span id={`p${position}`}>
      <time datetime={effectiveAt}>{minute(effectiveAt)}</time>
      <small>
        <a href={eventAddress(position)}>事件 {position}</a>
      </small>
      {backdated && <span class="tag warn">补录于 {minute(recordedAt)}</span>}
    </span>
  );
}

function Actor({ entry: { person, organisation, role, actedAs, provisional }, here }: Of & { readonly here: URL }) {
  return (
    <>
      {role === 'SYS' ? '系统' : <a href={`/people/${person.accountId}`}>{person.name}</a>}
      <small>
        <a href={withChoice(here, { person: person.accountId })}>只看此人</a>
      </small>
      <small>{organisation.name}</small>
      {actedAs && <span class="tag">受托代办</span>}
      {provisional && <span class="tag warn">密码经重置，待确认</span>}
    </>
  );
}

function What({ entry: { type, what, deviations, evidence } }: Of) {
  return (
    <>
      <strong>{catalogue.get(type)?.title ?? type}</strong>
      <span class="what">{what}</span>
      {deviations && <span class="tag warn">偏离</span>}
      {evidence && <span class="tag">证据 {evidence.length}</span>}
    </>
  );
}

function About({ entry: { project, unit, body }, here }: Of & { readonly here: URL }) {
  return (
    <>
      {project && (
        <>
          <a href={`/projects/${project.projectId}/timeline`}>{project.title}</a>
          <small>
            <a href={withChoice(here, { project: project.projectId })}>只看这个项目</a>
          </small>
        </>
      )}
      {unit && (
        <small>
          <a href={withChoice(here, { unit: unit.uscc })}>{unit.name}</a>
        </small>
      )}
      {body && <small>{body.name}</small>}
    </>
  );
}
