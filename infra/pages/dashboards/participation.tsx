/** 参与情况: units, people, trainees and experts of a year, its industries and districts. */
import { z } from 'zod';
import { districtWord } from '../../../events/words.ts';
import type { participationSchema } from '../../../projections/dashboard/participation.ts';
import { oversees, yearParameter } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { count } from '../parts/format.ts';
import { Bars, Table } from '../parts/table.tsx';
import {
  DASHBOARD_READERS,
  Definitions,
  Head,
  Projects,
  projectsBehind,
  refreshSeconds,
  WithEarlier,
  yearBefore,
} from './parts.tsx';

type Participation = z.infer<typeof participationSchema>;

const NAMES = {
  year: '年度',
  units: '申报单位',
  projects: '项目',
  people: '项目人员',
  resultPeople: '成果人员',
  training: '培训',
  experts: '技术评定组和专家',
  industries: '行业',
  districts: '区',
} as const;

export const participationPage = page({
  path: '/dashboards/:year/participation',
  name: 'ShowParticipationPage',
  title: ({ year }) => `${year}年度参与情况`,
  access: DASHBOARD_READERS,
  input: z.strictObject({ year: yearParameter }),
  refreshSeconds,
  load: async ({ year }, asking) => ({
    told: await asking.ask<Participation>('GetParticipation', { year }),
    before: await yearBefore<Participation>('GetParticipation', year, asking),
  }),
  view: ({ data: { told, before }, actor }) => {
    const { year, definitions } = told;
    const applied = { year, stated: 'application' } as const;
    return (
      <>
        <Head year={year} kind="participation" fresh={told} actor={actor} />
        <Table
          caption="参与的单位、项目和人员"
          columns={[
            { head: '参与', cell: row => row.name },
            {
              head: '数量',
              isNumber: true,
              cell: row => <WithEarlier earlier={row.earlier}>{row.number}</WithEarlier>,
            },
            { head: '口径', cell: row => row.means },
          ]}
          rows={[
            ...(['units', 'projects', 'people', 'resultPeople'] as const).map(figure => ({
              name: NAMES[figure],
              number:
                figure === 'projects' ? (
                  <Projects number={told.projects} counted={applied} actor={actor} means={definitions.projects?.zh} />
                ) : (
                  count(told[figure])
                ),
              earlier: before && count(before[figure]),
              means: definitions[figure]?.zh,
            })),
            ...(told.experts
              ? (['panels', 'experts'] as const).map(figure => ({
                  name: { panels: '技术评定组', experts: '评定专家' }[figure],
                  number: count(told.experts?.[figure] ?? 0),
                  earlier: before?.experts && count(before.experts[figure]),
                  means: definitions.experts?.zh,
                }))
              : []),
          ]}
        />
        <h2>{NAMES.training}</h2>
        <Bars
          caption="培训人次"
          unit="人次"
          rows={told.training.map(({ role, attendances, people }) => ({
            label: role,
            value: attendances,
            meaning: `${count(people)} 人`,
          }))}
        />
        <h2>{NAMES.industries}</h2>
        <Bars
          caption="各行业的项目"
          unit="项目"
          rows={largestFirst(told.industries).map(([industry, value]) => ({
            label: industry,
            value,
            shown: (
              <Projects
                number={value}
                counted={{ ...applied, industry }}
                actor={actor}
                means={definitions.industries?.zh}
              />
            ),
          }))}
        />
        <h2>{NAMES.districts}</h2>
        <Bars
          caption="各区的申报单位"
          unit="单位"
          rows={largestFirst(told.districts).map(([district, value]) => ({
            label: districtWord(district),
            value,
            ...(oversees(actor) && {
              meaning: <a href={projectsBehind({ ...applied, district })}>该区单位的项目</a>,
            }),
          }))}
        />
        <Definitions definitions={definitions} names={NAMES} />
      </>
    );
  },
});

const largestFirst = (counted: Readonly<Record<string, number>>) =>
  Object.entries(counted).toSorted(([, one], [, other]) => other - one);
