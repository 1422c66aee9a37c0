import { describe, expect, it } from 'vitest';
import { issueCertificate, issueCommendation } from '../../services/recognition/commendation.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import { BODY, dataOf, KEPT, type Ledger, recognised, resultId, revoked, URL, USCC, YEAR } from './ledger.ts';

const base = { year: YEAR, resultId: resultId('aaaa'), document: '津市监质〔2024〕30号', url: URL };
const participant = { ...base, recipient: { type: '参与人员', name: '张伟' } };
const unitName = '天津海河智能装备有限公司';
const bodyName = '滨海新区市场监督管理局';

describe('第二十一条 通报表扬', () => {
  it.each([
    ['单位', { type: '单位' }, { orgId: USCC, orgName: unitName }],
    ['组织者（单位一方）', { type: '组织者', side: 'unit' }, { orgId: USCC, orgName: unitName }],
    ['组织者（推荐单位一方）', { type: '组织者', side: 'body' }, { orgId: BODY, orgName: bodyName }],
  ])('%s is commended by name of the organisation', async (_case, recipient, expected) => {
    const facts = factsOf(await recognised().ask(issueCommendation, { ...base, recipient }));
    expect(facts).toMatchObject([
      {
        type: 'commendation.issued',
        data: { recipientType: recipient.type, title: `攻关 ${KEPT}`, ...expected },
      },
    ]);
    expect(dataOf(facts)).not.toHaveProperty('person');
  });

  it('D-42 a participant’s name is sealed, with the unit in clear', async () => {
    const facts = factsOf(await recognised().ask(issueCommendation, participant));
    expect(facts).toMatchObject([{ data: { recipientType: '参与人员', orgName: unitName, person: {} } }]);
    expect(JSON.stringify(facts)).not.toContain('张伟');
  });

  it('D-30 a person can be the organiser, of the unit or of the body', async () => {
    const organiser = (side: string) => ({ ...base, recipient: { type: '组织者', side, name: '周敏' } });
    const persons = [];
    for (const side of ['unit', 'body']) {
      const facts = factsOf(await recognised().ask(issueCommendation, organiser(side)));
      persons.push(dataOf<{ person: { subject: string } }>(facts).person.subject);
    }
    expect(new Set(persons).size).toBe(2);
  });

  it('somebody who is not among the participants is not commended as one', async () => {
    const stranger = { ...base, recipient: { type: '参与人员', name: '王某' } };
    expect(refusalOf(await recognised().ask(issueCommendation, stranger))).toMatchObject({
      code: 'not-a-participant',
      rule: { article: 'art-21' },
    });
  });

  it('the same recipient for the same result is commended once; another kind of recipient besides', async () => {
    const ledger = recognised();
    await ledger.send(issueCommendation, participant);
    expect(factsOf(await ledger.ask(issueCommendation, participant, { commandId: 'again' }))).toEqual([]);
    const otherwise = { ...participant, document: '另一文件' };
    expect(refusalOf(await ledger.ask(issueCommendation, otherwise, { commandId: 'again' })).code).toBe(
      'recorded-otherwise',
    );
    const unit = { ...base, recipient: { type: '单位' } };
    expect(factsOf(await ledger.ask(issueCommendation, unit, { commandId: 'unit' }))).toHaveLength(1);
  });

  it('only for a recognised result of the year whose recognition stands', async () => {
    const unit = { ...base, recipient: { type: '单位' } };
    const other = { ...unit, resultId: resultId('bbbb') };
    expect(refusalOf(await recognised().ask(issueCommendation, other)).code).toBe('result-not-excellent');
    expect(refusalOf(await revoked(recognised()).ask(issueCommendation, unit)).code).toBe('result-revoked');
    expect(refusalOf(await recognised().ask(issueCommendation, { ...unit, year: 2025 })).code).toBe('other-year');
  });
});

async function commended(certificates?: boolean): Promise<{ ledger: Ledger; commendationId: string }> {
  const ledger = recognised(certificates === undefined ? {} : { options: { certificates } });
  const { commendationId } = dataOf<{ commendationId: string }>(await ledger.send(issueCommendation, participant));
  return { ledger, commendationId };
}

describe('证书 (only where the work plan has them)', () => {
  it.each([undefined, false])('given a plan with certificates %s, then there is none', async option => {
    const { ledger, commendationId } = await commended(option);
    expect(refusalOf(await ledger.ask(issueCertificate, { year: YEAR, commendationId }))).toMatchObject({
      code: 'no-certificates',
      rule: { plan: YEAR, item: 'options.certificates' },
    });
  });

  it('is issued for a commendation, numbered within the year, once', async () => {
    const { ledger, commendationId } = await commended(true);
    const asked = { year: YEAR, commendationId };
    const [fact] = await ledger.send(issueCertificate, asked);
    expect(fact).toMatchObject({
      type: 'certificate.issued',
      data: { certificateNo: '2024-00001', recipientType: '参与人员', person: {} },
    });
    expect(factsOf(await ledger.ask(issueCertificate, asked))).toEqual([]);
    const unit = { ...base, recipient: { type: '单位' } };
    const second = dataOf<{ commendationId: string }>(
      await ledger.send(issueCommendation, unit, { commandId: 'unit' }),
    );
    const next = { year: YEAR, commendationId: second.commendationId };
    expect(factsOf(await ledger.ask(issueCertificate, next))).toMatchObject([
      { data: { certificateNo: '2024-00002' } },
    ]);
  });

  it('not for an unknown commendation, nor once the recognition is revoked', async () => {
    const { ledger, commendationId } = await commended(true);
    const unknown = { year: YEAR, commendationId: 'commendation-none' };
    expect(refusalOf(await ledger.ask(issueCertificate, unknown)).code).toBe('not-found');
    const asked = { year: YEAR, commendationId };
    expect(refusalOf(await revoked(ledger).ask(issueCertificate, asked)).code).toBe('result-revoked');
  });
});
