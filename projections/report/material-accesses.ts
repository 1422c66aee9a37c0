/** Question 9: who opened material of unit U, and might they (art-18, art-26)? */
import { z } from 'zod';
import { applicationStarted } from '../../events/application.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import { materialAccessed } from '../../events/enforcement.ts';
import { creditCodeSchema } from '../../events/ids.ts';
import { UNDERTAKING_ROLES } from '../../events/rules/material.ts';
import { shanghaiMinute } from '../../events/time.ts';
import { codeWord, ROLE_WORDS } from '../../events/words.ts';
import { PANEL_KINDS, Panels, Undertakings } from './panels.ts';
import { accountNamed, declareReport, faultsAmong, only, type ReportRow, reference, unitNamed, zh } from './report.ts';

const columns = {
  at: '当日首次调阅时间',
  person: '人员',
  role: '角色',
  organisation: '所属',
  kind: '材料',
  object: '对象',
  via: '接口',
  flaw: '问题',
} as const;
type Column = keyof typeof columns;

type Access = Extract<DomainEvent, { type: 'material.accessed' }>;

export const materialOfUnit = declareReport({
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
    const rows: ReportRow<Column>[] = [];

    /** Of what was opened, what is the unit's. */
    function ofUnit({ data: { objects } }: Access): readonly string[] {
      return objects
        .filter(({ objectId, units }) => units.some(each => each === uscc) || projects.has(objectId))
        .map(({ objectId }) => objectId);
    }

    function flawsOf({ data: { accountId, role, orgId } }: Access): string[] {
      const signed = undertakings.signed({ accountId, role, orgId });
      const mayJudge = panels.all().some(({ panelId }) => panels.flaws(panelId, orgId, uscc).length === 0);
      return [
        ...(UNDERTAKING_ROLES.includes(role) && !signed ? ['调阅前未签署保密承诺'] : []),
        ...(role === 'EXPERT' && !mayJudge ? ['专家当时无权评定该单位（未申明、已回避或非成员）'] : []),
        ...(role === 'UNIT' && orgId !== uscc ? ['其他单位调阅'] : []),
      ];
    }

    return {
      ...only([...PANEL_KINDS, applicationStarted, materialAccessed]),
      take(event) {
        if (event.type === 'application.started' && event.data.uscc === uscc) projects.add(event.data.projectId);
        if (event.type === 'material.accessed') {
          const objects = ofUnit(event);
          if (objects.length > 0) rows.push(rowOf(event, objects, flawsOf(event)));
        }
        panels.take(event);
        undertakings.take(event);
      },
      findings() {
        const faults = faultsAmong(rows);
        const people = new Set(rows.map(({ cells }) => JSON.stringify(cells.person))).size;
        return {
          verdict:
            rows.length === 0
              ? zh`没有人调阅过${unitNamed(uscc)}的材料。`
              : zh`调阅${unitNamed(uscc)}材料${rows.length}次，${people}人，${faults > 0 ? `其中${faults}次调阅人不具备资格` : '调阅人均具备资格'}。`,
          rows,
        };
      },
    };
  },
});

function rowOf(event: Access, objects: readonly string[], flaws: readonly string[]): ReportRow<Column> {
  const { accountId, orgId, role, kind, via = '' } = event.data;
  const what = codeWord('kind', kind);
  const named = objects.join('、');
  return {
    fault: flaws.length > 0,
    says: zh`${shanghaiMinute(event.meta.recordedAt)} 〈${accountNamed(accountId)}〉（${ROLE_WORDS[role]}）调阅了${what} ${named}${flaws.length > 0 ? `。问题：${flaws.join('；')}` : ''}`,
    cells: {
      at: shanghaiMinute(event.meta.recordedAt),
      person: accountNamed(accountId),
      role,
      organisation: orgId,
      kind: what,
      object: named,
      via,
      flaw: flaws.join('；'),
    },
    rests: [reference(event)],
  };
}
