/** Question 12: which listed projects were never visited (art-16) or trained (art-14)? */
import { z } from 'zod';
import { projectListed } from '../../events/application.ts';
import { projectTerminated, visitRecorded } from '../../events/implementation.ts';
import { trainingAttended } from '../../events/training.ts';
import { OVERSIGHT, yearParameter } from '../query.ts';
import {
  declareReport,
  faultsAmong,
  only,
  projectNamed,
  type Reference,
  type ReportRow,
  reference,
  unitNamed,
  zh,
} from './report.ts';

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
  terminated: boolean;
}

/** Kept apart from the listing: a visit may tell of a day before it. */
interface Attention {
  visits: number;
  trained: number;
}

export const unattendedProjects = declareReport({
  number: 12,
  name: 'ReportUnattendedProjects',
  title: '未走访或未培训的项目',
  question: '哪些列入计划的项目从未走访或从未培训 (Which projects were never visited or trained?)',
  allow: OVERSIGHT,
  validTime: 'as-happened',
  parameters: z.strictObject({ year: yearParameter }),
  columns,
  begin({ year }) {
    const projects = new Map<string, Listed>();
    const attention = new Map<string, Attention>();

    function attentionTo(projectId: string): Attention {
      const given = attention.get(projectId) ?? { visits: 0, trained: 0 };
      attention.set(projectId, given);
      return given;
    }

    return {
      ...only([projectListed, projectTerminated, visitRecorded, trainingAttended]),
      take(event) {
        switch (event.type) {
          case 'project.listed': {
            const { projectId, uscc, bodyId } = event.data;
            if (event.data.year !== year || projects.has(projectId)) return;
            projects.set(projectId, { projectId, uscc, bodyId, rests: [reference(event)], terminated: false });
            return;
          }
          case 'visit.recorded':
            attentionTo(event.data.projectId).visits += 1;
            return;
          case 'training.attended':
            // Whoever merely listens in holds none of the three roles that art-14 names.
            if (event.data.role !== '旁听') attentionTo(event.data.projectId).trained += 1;
            return;
          case 'project.terminated': {
            const listed = projects.get(event.data.projectId);
            if (!listed) return;
            listed.terminated = true;
            listed.rests.push(reference(event));
          }
        }
      },
      findings() {
        const rows = [...projects.values()]
          .map(listed => ({ ...listed, ...attentionTo(listed.projectId) }))
          .filter(({ visits, trained }) => visits === 0 || trained === 0)
          .map(rowOf);
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

function rowOf({ projectId, uscc, bodyId, visits, trained, terminated, rests }: Listed & Attention): ReportRow<Column> {
  const lacking = [...(visits === 0 ? ['走访'] : []), ...(trained === 0 ? ['培训'] : [])].join('、');
  return {
    fault: !terminated,
    says: zh`《${projectNamed(projectId)}》（${unitNamed(uscc)}）尚无${lacking}记录${terminated ? '，项目已终止' : ''}`,
    cells: {
      project: projectId,
      title: projectNamed(projectId),
      unit: unitNamed(uscc),
      body: { kind: 'body', id: bodyId },
      visits,
      trained,
      state: terminated ? '已终止' : '在册',
    },
    rests,
  };
}
