/** Question 12: which listed projects were never visited (art-16) or trained (art-14)? */
import { z } from 'zod';
import { projectListed } from '../../events/application.ts';
import { projectTerminated, visitRecorded } from '../../events/implementation.ts';
import { trainingAttended } from '../../events/training.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import { among, faultsAmong, project, type Reference, type Row, reference, report, unit, zh } from './report.ts';

const columns = {
  project: '项目编号',
  title: '项目',
  unit: '项目单位',
  body: '推荐单位',
  visits: '走访次数',
  trained: '参训人次',
  state: '状态',
} as const;
type Column = keyof typeof columns;

interface Listed {
  readonly projectId: string;
  readonly uscc: string;
  readonly bodyId: string;
  readonly rests: Reference[];
  visits: number;
  trained: number;
  terminated: boolean;
}

export const unattendedProjects = report({
  number: 12,
  name: 'ReportUnattendedProjects',
  title: '未走访或未培训的项目',
  question: '哪些列入计划的项目从未走访或从未培训 (Which projects were never visited or trained?)',
  allow: OVERSIGHT,
  parameters: z.strictObject({ year: yearParameter }),
  columns,
  begin({ year }) {
    const projects = new Map<string, Listed>();
    return {
      wants: among([projectListed, projectTerminated, visitRecorded, trainingAttended]),
      take(event) {
        if (event.type === 'project.listed') {
          const { projectId, uscc, bodyId } = event.data;
          if (event.data.year !== year || projects.has(projectId)) return;
          const none = { visits: 0, trained: 0, terminated: false };
          projects.set(projectId, { projectId, uscc, bodyId, rests: [reference(event)], ...none });
          return;
        }
        const listed = projects.get((event.data as { readonly projectId: string }).projectId);
        if (!listed) return;
        if (event.type === 'visit.recorded') listed.visits += 1;
        // Whoever merely listens in holds none of the three roles that art-14 names.
        if (event.type === 'training.attended' && event.data.role !== '旁听') listed.trained += 1;
        if (event.type === 'project.terminated') {
          listed.terminated = true;
          listed.rests.push(reference(event));
        }
      },
      findings() {
        const rows = [...projects.values()].filter(({ visits, trained }) => visits * trained === 0).map(rowOf);
        const faults = faultsAmong(rows);
        const lacking = (column: 'visits' | 'trained') =>
          rows.filter(({ fault, cells }) => fault && cells[column] === 0).length;
        return {
          verdict:
            projects.size === 0
              ? zh`${year}年度尚无列入计划的项目。`
              : zh`${year}年度列入计划的项目${projects.size}项，${faults > 0 ? `未走访${lacking('visits')}项，未培训${lacking('trained')}项` : '均已走访和培训'}（已终止项目不计）。`,
          rows,
        };
      },
    };
  },
});

function rowOf({ projectId, uscc, bodyId, visits, trained, terminated, rests }: Listed): Row<Column> {
  const lacking = [...(visits === 0 ? ['走访'] : []), ...(trained === 0 ? ['培训'] : [])].join('、');
  return {
    fault: !terminated,
    says: zh`《${project(projectId)}》（${unit(uscc)}）尚无${lacking}记录${terminated ? '，项目已终止' : ''}`,
    cells: {
      project: projectId,
      title: project(projectId),
      unit: unit(uscc),
      body: { kind: 'body', id: bodyId },
      visits,
      trained,
      state: terminated ? '已终止' : '在册',
    },
    rests,
  };
}
