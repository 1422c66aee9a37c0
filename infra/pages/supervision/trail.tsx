/** 监督轨迹: who did what, when, under which article; every choice is in the address. */
import { catalogue } from '../../../events/catalogue.ts';
import { ARTICLE_IDS, articleLabel } from '../../../events/statute.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import { type TrailEntry, trailInput } from '../../../projections/trail/query.ts';
import { page } from '../page.ts';
import { ChoiceField, Filters, TextField } from '../parts/field.tsx';
import { minute, withChoice } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';
import { eventAddress } from './event.tsx';

const FLAGS = [
  ['deviation', '偏离'],
  ['backdated', '补录'],
  ['acted-as', '受托代办'],
] as const;
const ACTIONS = [...catalogue.values()].map(({ type, title }) => [type, title] as const);
const ARTICLES = ARTICLE_IDS.map(id => [id, articleLabel(id)] as const);

export const trailPage = page({
  path: '/supervision/trail',
  name: 'ShowTrailPage',
  title: '监督轨迹',
  access: OVERSIGHT,
  input: trailInput,
  load: (input, { ask }) => ask<{ items: TrailEntry[]; next?: string }>('ReadTrail', input),
  view: ({ input, data: { items, next }, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>监督轨迹</h1>
      <p class="lead">谁在何时依据哪一条做了什么。{input.asOf ? `截至 ${input.asOf} 所知。` : '最新的在前。'}</p>
      <Filters label="筛选轨迹">
        <ChoiceField label="条款" name="article" options={ARTICLES} chosen={input.article} />
        <ChoiceField label="行为" name="action" options={ACTIONS} chosen={input.action} />
        <ChoiceField label="标记" name="flag" options={FLAGS} chosen={input.flag} />
        <TextField label="人员（账户）" name="person" value={input.person} />
        <TextField label="项目编号" name="project" hint="2024-…" value={input.project} />
        <TextField label="单位（信用代码）" name="unit" value={input.unit} />
        <TextField label="截至（位置或时刻）" name="asOf" value={input.asOf} />
      </Filters>
      <p class="tools">
        <a href={withChoice(here, {}, '/supervision/trail')}>本页地址可保存、可转发</a>
      </p>
      <Table
        caption="轨迹，每行一个事件"
        none="没有符合条件的事件。"
        columns={[
          { head: '时间', cell: entry => <When entry={entry} />, isOneLine: true },
          { head: '行为人', cell: entry => <Actor entry={entry} here={here} /> },
          { head: '行为', cell: entry => <What entry={entry} /> },
          { head: '对象', cell: entry => <About entry={entry} here={here} /> },
          { head: '依据', cell: ({ basis }) => basis.map(label => <span>{label} </span>), isOneLine: true },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  ),
});

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

function Actor({ entry: { person, organisation, actedAs, provisional }, here }: Of & { readonly here: URL }) {
  return (
    <>
      <a href={withChoice(here, { person: person.accountId })}>{person.name}</a>
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
      {project && <a href={withChoice(here, { project: project.projectId })}>{project.title}</a>}
      {unit && (
        <small>
          <a href={withChoice(here, { unit: unit.uscc })}>{unit.name}</a>
        </small>
      )}
      {body && <small>{body.name}</small>}
    </>
  );
}
