/** Erasing people's data (D-42): afterwards no answer of the API holds their names, and no byte of the log has changed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { OFFICE, officerOf, SUPERVISOR, UNITS } from './cast.ts';
import type { Caller } from './client.ts';
import { accountOf } from './panel.ts';
import { dataOf } from './tally.ts';
import type { Year } from './year.ts';

/** Took part in a project that ended with the year; her colleague’s goes on in the next. */
const TOOK_PART = '王芳';
const CARRIED_ON = '张伟';
/** Somebody a case is still open about. */
const CONCERNED = 'msr.temp';
const ERASED = '（已删除）';
const ASKED = { askedBy: '本人', reason: '不再参与质量攻关。', legalGround: '《个人信息保护法》第四十七条' };

export function privacy(year: Year): void {
  describe('十二月：删除个人信息 (December: personal data are erased)', () => {
    const { haihe } = UNITS;
    let file: string;
    /** A member of the panel, whose year has ended: his account and his name. */
    let expert: { readonly expertId: string; readonly accountId: string; readonly name: string };
    beforeAll(async () => {
      file = `/projects/${year.ids.castings}`;
      const [{ members }] = dataOf(await year.log(), 'panel.constituted') as [{ members: [string] }];
      const [expertId] = members;
      expert = { expertId, accountId: accountOf(expertId), name: `专家${expertId}` };
    });

    const order = (person: object) => year.as(OFFICE).post('/erasures', { person, ...ASKED });
    const confirm = (id: string) => year.as(SUPERVISOR).post(`/erasures/${id}/confirmation`);
    const bytes = async () =>
      (await year.log()).map(({ position, id, dataText, metaText }) => [position, id, dataText, metaText]);

    /** Every address that has answered this year, and reports that it has not been asked for. */
    const addresses = () => [
      ...[...year.client.answered].flatMap(address => /^GET (.+)$/.exec(address)?.[1] ?? []),
      '/trail?order=asc',
      '/trail/export?format=ndjson',
      '/events',
      `/reports/1?project=${year.ids.castings}`,
      `/reports/9?unit=${haihe.uscc}`,
      '/reports/10',
      '/reports/15',
    ];

    /** Where one of the names is shown to anybody. */
    async function shown(...names: readonly string[]): Promise<readonly string[]> {
      const people = [
        SUPERVISOR,
        haihe.account,
        ...(year.client.asking === 'each' ? [OFFICE, officerOf('d-binhai')] : []),
      ];
      const callers = [year.client.public, ...people.map(accountId => year.as(accountId))];
      const found: string[] = [];
      for (const address of addresses()) {
        for (const caller of callers) {
          const text = await textOf(caller, address);
          found.push(...names.filter(name => text.includes(name)).map(name => `${name} ${address}`));
        }
      }
      return [...new Set(found)];
    }

    it('仍持有角色、所在年度或结转年度未结束的，不得删除；须由监督者另行确认', async () => {
      year.clock.set('2024-12-31');
      const refusal = (person: object) => year.as(OFFICE).refused('/erasures', { person, ...ASKED });
      expect(await refusal({ accountId: expert.accountId })).toMatchObject({ status: 409, code: 'role-held' });
      expect(await refusal({ orgId: haihe.uscc, name: CARRIED_ON })).toMatchObject({ code: 'year-open' });
      expect(await refusal({ orgId: haihe.uscc, name: '王方' })).toMatchObject({ status: 404 });
      const ended = { role: 'MSR', orgId: 'msr', lastDay: '2024-12-30', reason: '借调结束。' };
      await year.as(OFFICE).post(`/accounts/${CONCERNED}/revocation`, ended);
      const { id } = await order({ accountId: CONCERNED });
      const confirmation = `/erasures/${id}/confirmation`;
      expect(await year.as(OFFICE).refused(confirmation)).toMatchObject({ status: 403 });
      expect(await year.as(SUPERVISOR).refused(confirmation)).toMatchObject({ status: 409, code: 'case-open' });
      expect(await year.as(OFFICE).list('/erasures')).toMatchObject([{ accountId: CONCERNED, stage: 'ordered' }]);
    });

    it('D-42 确认后密钥即销毁：任何查询不再出现其姓名，台账一字不改', { timeout: 300_000 }, async () => {
      const { accountId, expertId, name } = expert;
      const ended = { role: 'EXPERT', orgId: expertId, lastDay: '2024-12-30', reason: '评定结束。' };
      await year.as(OFFICE).post(`/accounts/${accountId}/revocation`, ended);
      const orders = [await order({ orgId: haihe.uscc, name: TOOK_PART }), await order({ accountId })];
      const before = await shown(TOOK_PART, name);
      expect(before).toEqual(
        expect.arrayContaining([
          `${TOOK_PART} ${file}`,
          `${TOOK_PART} /erasures`,
          `${name} /accounts`,
          `${name} /trail/export`,
        ]),
      );
      const log = await bytes();

      for (const { id } of orders) await confirm(id);
      await year.app.erase();
      await year.app.erase();

      expect(await shown(TOOK_PART, name)).toEqual([]);
      expect((await bytes()).slice(0, log.length)).toEqual(log);
      const erased = await year.as(SUPERVISOR).list('/erasures?stage=erased');
      expect(erased.map(({ accountId, orgId, name }) => [accountId ?? orgId, name]).sort()).toEqual(
        [accountId, haihe.uscc].sort().map(whose => [whose, ERASED]),
      );
    });

    it('其后案卷、轨迹显示“已删除”，他人的姓名不受影响；无可再删', async () => {
      expect(await year.as(OFFICE).get(file)).toMatchObject({
        content: { participants: [{ name: CARRIED_ON }, { name: '李娜' }, { name: ERASED }] },
      });
      const acts = await year.as(SUPERVISOR).list<{ sentence: string }>(`/trail?person=${expert.accountId}`);
      expect(acts.length).toBeGreaterThan(0);
      for (const { sentence } of acts) expect(sentence).toContain(`〈${ERASED}〉`);
      const records = await year.as(SUPERVISOR).list<{ sentence: string }>('/trail?action=personal-data.erased');
      const told = (whom: string) => `2024-12-31 09:00 系统销毁了${whom}的密钥，其个人信息已删除，依据第五条（四）`;
      expect(records.map(({ sentence }) => sentence.replace(/person-\w+/, '…'))).toEqual(
        expect.arrayContaining([told(`〈${ERASED}〉`), told('人员 … ')]),
      );
      const again = { person: { accountId: expert.accountId }, ...ASKED };
      expect(await year.as(OFFICE).refused('/erasures', again)).toMatchObject({ status: 404 });
    });
  });
}

/** The longest page there is of what a caller may read; empty where he may not. */
async function textOf(caller: Caller, address: string): Promise<string> {
  const longest = `${address}${address.includes('?') ? '&' : '?'}limit=200`;
  let answer = await caller.textOrStatus(longest);
  // What is not a list takes no such parameter.
  if (answer === 422) answer = await caller.textOrStatus(address);
  if (typeof answer === 'string') return answer;
  if (answer >= 500) throw new Error(`GET ${address}: ${answer}`);
  return '';
}
