/** 项目档案: the case file of one project; what is next and what can be done now stand beside whatever part is open. */
import { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../../events/envelope.ts';
import { projectIdSchema } from '../../../events/ids.ts';
import { codeWord } from '../../../events/words.ts';
import type { ProjectTurn } from '../../../projections/dashboard/turns.ts';
import { OVERSIGHT, oversees } from '../../../projections/query.ts';
import { page, type Reading } from '../page.ts';
import { minute } from '../parts/format.ts';
import { Offers } from '../parts/offers.tsx';
import { applicationTab } from './project/application.tsx';
import { deadlinesTab } from './project/deadlines.tsx';
import { deviationsTab } from './project/deviations.tsx';
import { evaluationTab } from './project/evaluation.tsx';
import { implementationTab } from './project/implementation.tsx';
import { overviewTab } from './project/overview.tsx';
import { resultsTab } from './project/results.tsx';
import { reviewTab } from './project/review.tsx';
import type { CaseTab, ProjectStanding } from './project/tab.ts';

const READERS: readonly Role[] = ['UNIT', 'TPO', ...RECOMMENDING_ROLES, ...OVERSIGHT];

const TABS = [
  overviewTab,
  applicationTab,
  reviewTab,
  implementationTab,
  resultsTab,
  evaluationTab,
  deadlinesTab,
  deviationsTab,
] as const;

/** The tabs of a reader; a tab that he has none of shows him the first. */
const tabsOf = ({ actor }: Reading) => TABS.filter(({ roles }) => actor && roles.includes(actor.role));
const openTab = (reader: Reading, id: string): CaseTab => tabsOf(reader).find(tab => tab.id === id) ?? overviewTab;

export const projectPage = page({
  path: '/projects/:projectId',
  name: 'ShowProjectPage',
  title: '项目档案',
  access: READERS,
  input: z.strictObject({
    projectId: projectIdSchema,
    tab: z.enum(TABS.map(({ id }) => id)).default(overviewTab.id),
  }),
  async load({ projectId, tab }, asking) {
    const standing = await asking.ask<ProjectStanding>('GetProjectStanding', { projectId });
    const data = await openTab(asking.reader, tab).load(standing, asking);
    return { standing, data, offers: await asking.offers({ projectId }) };
  },
  view: ({ input: { tab }, data: { standing, data, offers }, ...reader }) => (
    <>
      <p class="crumbs">
        <a href="/projects">项目</a>
      </p>
      <h1>{standing.title}</h1>
      <p class="lead">
        {standing.unitName}申报，{standing.bodyName}受理。目前：{codeWord('step', standing.stage)}（
        {minute(standing.since).slice(0, 10)} 起）。
      </p>
      <Next turn={standing.turn} standing={standing} />
      <nav class="tabs" aria-label="档案各部分">
        {tabsOf(reader).map(({ id, label }) => (
          <a
            href={`/projects/${standing.projectId}${id === overviewTab.id ? '' : `?tab=${id}`}`}
            aria-current={id === openTab(reader, tab).id ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
        {oversees(reader.actor) && <a href={`/projects/${standing.projectId}/timeline`}>时间线</a>}
      </nav>
      <div class={offers.length > 0 ? 'beside' : undefined}>
        <div>{openTab(reader, tab).view({ standing, data, reader })}</div>
        <Offers offers={offers} to={reader.here.pathname + reader.here.search} />
      </div>
    </>
  ),
});

const WHO = { unit: '申报单位', body: '推荐单位', authority: '市级主管部门' } as const;

/** Whose turn it is, for what, and by when. */
function Next({
  turn,
  standing: { unitName, bodyName },
}: {
  readonly turn: ProjectTurn | undefined;
  readonly standing: ProjectStanding;
}) {
  if (!turn) return <p class="verdict">已经终结，无须任何一方再办理。</p>;
  const name = { unit: unitName, body: bodyName, authority: '' }[turn.party];
  return (
    <p class={turn.overdue ? 'verdict bad' : 'verdict'}>
      下一步由{WHO[turn.party]}
      {name}：{turn.matter}
      {turn.dueOn !== undefined && `，应于 ${turn.dueOn}（含）前办理${turn.overdue ? '（已逾期）' : ''}`}。
    </p>
  );
}
