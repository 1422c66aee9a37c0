/** The supervisor's questions, asked of the log that the year has left. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Answered } from '../../projections/report/export.ts';
import { SUPERVISOR, UNITS, YEAR } from './cast.ts';
import { positionsOf, projectsWith } from './tally.ts';
import type { Year } from './year.ts';

export function reports(year: Year): void {
  describe('监督报告：由日志直接得出 (the supervisor’s pack)', () => {
    let log: readonly RecordedEvent[];
    const ask = (question: string) => year.as(SUPERVISOR).get<Answered>(`/reports/${question}`);

    beforeAll(async () => {
      log = await year.log();
    });

    it('本年度没有一处违规：身份、依据、资格、重算、名单、委托、期间、账目', async () => {
      const questions = [
        `1?project=${year.ids.castings}`,
        `2?project=${year.ids.castings}&on=2024-06-30`,
        `3?year=${YEAR}`,
        '5',
        '6',
        '7',
        '8',
        `9?unit=${UNITS.haihe.uscc}`,
        '10',
        '11',
        '13',
        '15',
      ];
      const positions = new Set<string>(log.map(({ position }) => position));
      for (const question of questions) {
        const { faults, rows, verdict } = await ask(question);
        expect([question, faults, rows.filter(({ fault }) => fault)]).toEqual([question, 0, []]);
        expect(rows.length, question).toBeGreaterThan(0);
        expect(verdict, question).toMatch(/^[^{}]+。$/);
        for (const { rests } of rows) for (const { position } of rests) expect(positions).toContain(position);
      }
    });

    it('第16题：两人分办没有同一人办理的，账户都登记了身份', async () => {
      const { rows, verdict } = await ask(`16?year=${YEAR}`);
      expect(rows).toEqual([]);
      expect(verdict).toBe('没有同一人办理应由两人分办的事项；0个账户尚未登记身份。');
    });

    it('第1题：关于项目的每一个行为，不多不少', async () => {
      const { rows } = await ask(`1?project=${year.ids.castings}`);
      const told = new Set(rows.map(({ rests }) => rests[0]?.position));
      const about = positionsOf(log, ({ meta }) => meta.about.projectId === year.ids.castings);
      expect(about.filter(position => !told.has(position as never))).toEqual([]);
      for (const { says } of rows)
        expect(says).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d .+，依据(第.+条|2024年度工作方案|内部制度（.+）)/);
    });

    it('第4、12题：尚无行为的职责，未走访或未培训的项目', async () => {
      const duties = await ask(`4?year=${YEAR}`);
      expect(duties.faults).toBe(duties.rows.length);
      expect(duties.rows.map(({ says }) => says)).toContain(
        '市工业和信息化局对《降低热处理炉单位产品电耗》尚无“跟踪服务”的行为，依据第十六条（应）',
      );
      const having = (type: string) => projectsWith(log, type);
      const attended = [...having('project.listed')].filter(
        id => having('visit.recorded').has(id) && having('training.attended').has(id),
      );
      const { rows } = await ask(`12?year=${YEAR}`);
      expect(rows.map(({ cells }) => cells.project).sort()).toEqual(
        [...having('project.listed')].filter(id => !attended.includes(id)).sort(),
      );
    });

    it('截至某一位置的报告，与当时所见相同：其后发生的不在其中', async () => {
      const published = positionsOf(log, ({ type }) => type === 'project-plan.published')[0];
      const { asOf, rows } = await ask(`8?asOf=${published}`);
      expect(asOf).toEqual({ position: published });
      expect(rows).toHaveLength(1);
      expect((await ask(`5?asOf=${published}`)).rows).toEqual([]);
      expect((await ask('3?asOf=2024-01-09')).rows).toEqual([]);
    });

    it('导出为表格', async () => {
      const text = await year.as(SUPERVISOR).text('/reports/8?format=csv');
      expect(text).toMatch(/^\uFEFF报告8,公布名单与日志的一致性\r\n/);
    });
  });
}
