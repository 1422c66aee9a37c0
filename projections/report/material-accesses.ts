/** Question 9: who opened material of unit U, and might they (art-18, art-26)? */
import { z } from 'zod';
import { applicationStarted } from '../../events/application.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import { materialAccessed } from '../../events/enforcement.ts';
import { creditCodeSchema } from '../../events/ids.ts';
import { shanghaiMinute } from '../../events/time.ts';
import { PANEL_KINDS, Panels, Undertakings } from './panels.ts';
import { account, among, faultsAmong, type Row, reference, report, unit, zh } from './report.ts';

const columns = {
  at: '首次调阅时间',
  person: '人员',
  role: '角色',
  organisation: '所属',
  kind: '材料',
  object: '对象',
  project: '项目编号',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

type Access = Extract<DomainEvent, { type: 'material.accessed' }>;

/** 工作人员 (D-37) undertake secrecy first. */
const UNDERTAKES_FIRST: readonly string[] = ['MSR', 'EXPERT', 'TPO'];

export const materialOfUnit = report({
  number: 9,
  name: 'ReportMaterialAccesses',
  title: '单位材料的调阅',
  question: '谁调阅过某单位的材料 (Who opened material of a unit?)',
  allow: ['SUP'],
  validTime: 'as-happened',
  parameters: z.strictObject({ unit: creditCodeSchema.meta({ description: '统一社会信用代码' }) }),
  columns,
  begin({ unit: uscc }) {
    const panels = new Panels();
    const undertakings = new Undertakings();
    const projects = new Set<string>();
    const rows: Row<Column>[] = [];

    function isOfUnit({ data: { units, projectId } }: Access): boolean {
      return units.some(each => each === uscc) || (projectId !== undefined && projects.has(projectId));
    }

    function flawsOf({ data: { accountId, role, orgId } }: Access): string[] {
      const signed = undertakings.signed({ accountId, role, orgId });
      const mayJudge = panels.all().some(({ panelId }) => panels.flaws(panelId, orgId, uscc).length === 0);
      return [
        ...(UNDERTAKES_FIRST.includes(role) && !signed ? ['调阅前未签署保密承诺'] : []),
        ...(role === 'EXPERT' && !mayJudge ? ['专家当时无权评定该单位（未申明、已回避或非成员）'] : []),
        ...(role === 'UNIT' && orgId !== uscc ? ['其他单位调阅'] : []),
      ];
    }

    return {
      wants: among([...PANEL_KINDS, applicationStarted, materialAccessed]),
      take(event) {
        if (event.type === 'application.started' && event.data.uscc === uscc) projects.add(event.data.projectId);
        if (event.type === 'material.accessed' && isOfUnit(event)) rows.push(rowOf(event, flawsOf(event)));
        panels.take(event);
        undertakings.take(event);
      },
      findings() {
        const faults = faultsAmong(rows);
        const people = new Set(rows.map(({ cells }) => JSON.stringify(cells.person))).size;
        return {
          verdict:
            rows.length === 0
              ? zh`没有人调阅过${unit(uscc)}的材料。`
              : zh`调阅${unit(uscc)}材料${rows.length}次，${people}人，${faults > 0 ? `其中${faults}次调阅人不具备资格` : '调阅人均具备资格'}。`,
          rows,
        };
      },
    };
  },
});

function rowOf(event: Access, flaws: readonly string[]): Row<Column> {
  const { accountId, orgId, role, kind, objectId, projectId } = event.data;
  const what = kind === 'file' ? '文件' : '项目档案';
  return {
    fault: flaws.length > 0,
    says: zh`${shanghaiMinute(event.meta.recordedAt)} 〈${account(accountId)}〉（${role}）调阅了${what} ${objectId}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      at: shanghaiMinute(event.meta.recordedAt),
      person: account(accountId),
      role,
      organisation: orgId,
      kind: what,
      object: objectId,
      project: projectId ?? '',
      flaw: flaws.join('；'),
    },
    rests: [reference(event)],
  };
}
