/** 培训: what is planned and was held, who was there, and whom it has not reached. */

import { notThere } from '../../http/problem.ts';
import { count } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { type Column, Facts } from '../parts/table.tsx';
import { BodyLink, ProjectLink, UnitLink, wordFor } from './links.tsx';
import { listOf, offeredOn, subjectPage } from './listing.tsx';

interface Training {
  readonly trainingId: string;
  readonly year: number;
  readonly title: string;
  readonly topics: readonly string[];
  readonly heldOn: string;
  readonly place: string;
  readonly status: string;
  readonly deliveredOn?: string;
  readonly summary?: string;
  readonly cancelledBecause?: string;
}

interface Reached {
  readonly uscc: string;
  readonly unitName: string;
  readonly roles: Readonly<
    Record<string, { readonly enrolled: readonly string[]; readonly attended: readonly string[] }>
  >;
  readonly rolesTrained: number;
}

const PEOPLE = ['质量负责人', '项目负责人', '技术骨干'];

/** How many of each of the three kinds of people were there. */
const reachedColumns: readonly Column<Reached>[] = [
  ...PEOPLE.map(role => ({
    head: role,
    cell: ({ roles }: Reached) => `${count(roles[role]?.attended.length ?? 0)} 人参加`,
  })),
  { head: '已覆盖', cell: ({ rolesTrained }) => `${rolesTrained} 类`, isNumber: true },
];

export const trainingsPage = subjectPage({
  path: '/trainings',
  name: 'ShowTrainingsPage',
  title: '培训',
  lead: '对项目单位质量负责人、项目负责人和技术骨干开展培训（第十四条）。',
  acts: ['ScheduleTraining'],
  lists: [
    listOf<Training>({
      key: 'trainings',
      label: '培训安排',
      query: 'ListTrainings',
      none: '该年度没有安排培训。',
      columns: ({ actor }) => [
        { head: '日期', cell: ({ heldOn }) => heldOn, isOneLine: true },
        {
          head: '培训',
          cell: ({ trainingId, title }) =>
            actor && ['UNIT', 'TPO', 'MSR', 'SUP'].includes(actor.role) ? (
              <a href={`/trainings/${trainingId}`}>{title}</a>
            ) : (
              title
            ),
        },
        { head: '内容', cell: ({ topics }) => topics.join('、') },
        { head: '地点', cell: ({ place }) => place },
        { head: '状态', cell: ({ status }) => wordFor('status', status, 'ListTrainings') },
      ],
    }),
    listOf<Reached>({
      key: 'coverage',
      label: '三类人员覆盖',
      query: 'ListTrainingCoverage',
      none: '该年度没有项目单位。',
      columns: () => [{ head: '单位', cell: row => <UnitLink {...row} /> }, ...reachedColumns],
    }),
    listOf<
      Reached & {
        readonly projectId: string;
        readonly title: string;
        readonly bodyId: string;
        readonly bodyName: string;
      }
    >({
      key: 'untrained',
      label: '尚无受训人员的项目',
      query: 'ListUntrainedProjects',
      none: '没有这样的项目。',
      columns: () => [
        { head: '项目', cell: row => <ProjectLink {...row} /> },
        { head: '单位', cell: row => <UnitLink {...row} /> },
        { head: '推荐单位', cell: row => <BodyLink {...row} /> },
        {
          head: '已报名',
          cell: ({ roles }) =>
            `${count(PEOPLE.reduce((sum, role) => sum + (roles[role]?.enrolled.length ?? 0), 0))} 人`,
        },
      ],
    }),
  ],
});

interface Trainee {
  readonly traineeId: string;
  readonly projectId: string;
  readonly uscc: string;
  readonly name: string;
  readonly role: string;
  readonly attendance?: string;
  readonly absentBecause?: string;
}

export const trainingPage = subjectPage<Training>({
  path: '/trainings/:trainingId',
  name: 'ShowTrainingPage',
  title: '培训',
  above: ['/trainings', '培训'],
  access: ['UNIT', 'TPO', 'MSR', 'SUP'],
  offered: {
    acts: ['EnrolTrainee', 'DeliverTraining', 'CancelTraining'],
    on: (_chosen, { trainingId }) => ({ trainingId }),
  },
  async head({ ask }, { trainingId = '' }) {
    const year = Number(trainingId.slice(0, 4));
    if (!(year >= 2024 && year <= 2100)) throw notThere();
    const { items } = await ask<{ items: Training[] }>('ListTrainings', { year, limit: 500 });
    const training = items.find(each => each.trainingId === trainingId);
    if (!training) throw notThere();
    return training;
  },
  heading: ({ title }) => title,
  facts: training => (
    <Facts
      facts={[
        ['状态', wordFor('status', training.status, 'ListTrainings')],
        ['日期', training.deliveredOn ?? training.heldOn],
        ['地点', training.place],
        ['内容', training.topics.join('、')],
        ['情况', training.summary],
        ['取消的理由', training.cancelledBecause],
      ]}
    />
  ),
  lists: [
    listOf<Trainee>({
      key: 'trainees',
      label: '培训人员',
      query: 'ListTrainees',
      none: '还没有人报名。',
      offered: {
        acts: ['RecordTrainingAttendance', 'RecordTrainingAbsence'],
        on: ({ traineeId }, { trainingId }) => ({ trainingId, traineeId }),
      },
      columns: seen => [
        { head: '姓名', cell: ({ name }) => name },
        { head: '身份', cell: ({ role }) => role },
        ...(seen.actor?.role === 'TPO'
          ? []
          : [{ head: '项目', cell: ({ projectId }: Trainee) => <ProjectLink projectId={projectId} /> }]),
        {
          head: '参加情况',
          cell: ({ attendance, absentBecause }) =>
            attendance
              ? `${wordFor('attendance', attendance)}${absentBecause ? `（${absentBecause}）` : ''}`
              : '未记录',
        },
        {
          head: '办理',
          cell: ({ traineeId }) => (
            <OffersInRow {...offeredOn(seen, { trainingId: seen.chosen.trainingId, traineeId })} />
          ),
        },
      ],
    }),
  ],
});
