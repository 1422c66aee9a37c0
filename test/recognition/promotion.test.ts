import { describe, expect, it } from 'vitest';
import { bodiesStream } from '../../events/body.ts';
import { streamId } from '../../events/ids.ts';
import {
  cancelExchangeMeeting,
  conveneExchangeMeeting,
  recordLocalPromotion,
  recordPresentation,
  recordPromotionActivity,
} from '../../services/recognition/promotion.ts';
import { control } from '../support/controls.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import { KEPT, type Ledger, OFFICER, on, personOf, recognised, resultId, revoked, YEAR } from './ledger.ts';

const toShow = { resultId: resultId('aaaa'), tradeSecrets: false };
const consent = {
  document: '技术秘密公开同意书',
  evidence: [{ sha256: 'e'.repeat(64), name: '同意书.pdf', classification: 'internal' }],
};
const activity = {
  promotionId: 'promotion-1',
  year: YEAR,
  kind: '现场推广',
  title: '现场推广会',
  detail: '同行业企业现场观摩',
  heldOn: '2024-12-06',
  results: [toShow],
};
const shown = { resultId: toShow.resultId, title: `攻关 ${KEPT}`, unitName: '天津海河智能装备有限公司' };

describe('第二十三条 宣传推广', () => {
  it('given a recognised result, when it is promoted, then title and unit are those of the result', async () => {
    expect(factsOf(await recognised().ask(recordPromotionActivity, activity))).toEqual([
      { type: 'promotion-activity.recorded', data: { ...activity, results: [shown] } },
    ]);
  });

  it('a result named twice stands once', async () => {
    const twice = { ...activity, results: [toShow, toShow] };
    expect(factsOf(await recognised().ask(recordPromotionActivity, twice))).toMatchObject([
      { data: { results: [shown] } },
    ]);
  });

  it('only recognised, unrevoked results; an earlier year’s result is one', async () => {
    const unknown = { ...activity, results: [{ ...toShow, resultId: resultId('bbbb') }] };
    expect(refusalOf(await recognised().ask(recordPromotionActivity, unknown))).toMatchObject({
      code: 'result-not-excellent',
      rule: { article: 'art-23' },
    });
    expect(refusalOf(await revoked(recognised()).ask(recordPromotionActivity, activity)).code).toBe('result-revoked');
    const overturned = revoked(recognised()).add(streamId('case-2024-01'), control('revocation.overturned'));
    expect(factsOf(await overturned.ask(recordPromotionActivity, activity))).toHaveLength(1);
    const earlier = recognised().add(streamId('earlier'), control('excellent-result.earlier-recorded'));
    const ofEarlier = { ...activity, results: [{ ...toShow, resultId: 'result-2023-017' }] };
    expect(factsOf(await earlier.ask(recordPromotionActivity, ofEarlier))).toHaveLength(1);
  });

  it('第二十六条 trade secrets are shown with the unit’s consent only', async () => {
    const secret = { ...activity, results: [{ ...toShow, tradeSecrets: true }] };
    expect(refusalOf(await recognised().ask(recordPromotionActivity, secret))).toMatchObject({
      code: 'consent-missing',
      rule: { article: 'art-26' },
    });
    const agreed = { ...activity, results: [{ ...toShow, tradeSecrets: true, consent }] };
    expect(factsOf(await recognised().ask(recordPromotionActivity, agreed))).toMatchObject([
      { data: { results: [{ ...shown, consent }] } },
    ]);
  });

  it('an id is taken once, and what has not happened is not recorded', async () => {
    const ledger = recognised();
    await ledger.send(recordPromotionActivity, activity);
    expect(refusalOf(await ledger.ask(recordPromotionActivity, activity)).code).toBe('promotion-exists');
    const tomorrow = { ...activity, heldOn: '2024-12-07' };
    expect(refusalOf(await recognised().ask(recordPromotionActivity, tomorrow)).code).toBe('date-in-future');
  });
});

describe('第二十四条 本行业、本区域宣传推广', () => {
  const local = { ...activity, audience: '区内装备制造企业' };
  const record = (ledger: Ledger, input: object = local, actor = OFFICER) =>
    ledger.ask(recordLocalPromotion, input, { actor });

  it('given a result of its own field, when a body promotes it, then the body is named', async () => {
    expect(factsOf(await record(recognised()))).toMatchObject([
      { type: 'local-promotion.recorded', data: { bodyId: OFFICER.orgId, results: [shown] } },
    ]);
  });

  it('a result of another body, or of the years without one, is refused', async () => {
    const other = personOf('REC-A', 'association-quality');
    expect(refusalOf(await record(recognised(), local, other))).toMatchObject({
      code: 'not-in-own-field',
      kind: 'forbidden',
      rule: { article: 'art-24' },
    });
    const earlier = recognised().add(streamId('earlier'), control('excellent-result.earlier-recorded'));
    const ofEarlier = { ...local, results: [{ ...toShow, resultId: 'result-2023-017' }] };
    expect(refusalOf(await record(earlier, ofEarlier)).code).toBe('not-in-own-field');
  });

  it('given the charge was handed over, then the result is the receiving body’s from that day', async () => {
    const transfer = control('jurisdiction.transferred', {
      toBodyId: 'district-new',
      jurisdiction: { district: '120116' },
      from: '2024-12-01',
    });
    const ledger = recognised().add(bodiesStream, transfer);
    expect(refusalOf(await record(ledger)).code).toBe('not-in-own-field');
    expect(factsOf(await record(ledger, local, personOf('REC-D', 'district-new')))).toHaveLength(1);
    const before = { ...local, heldOn: '2024-11-30' };
    expect(factsOf(await record(ledger, before))).toHaveLength(1);
  });

  it('the limits of publication are those of 第二十三条', async () => {
    expect(refusalOf(await record(revoked(recognised())))).toMatchObject({
      code: 'result-revoked',
      rule: { article: 'art-24' },
    });
    const secret = { ...local, results: [{ ...toShow, tradeSecrets: true }] };
    expect(refusalOf(await record(recognised(), secret)).code).toBe('consent-missing');
    expect(refusalOf(await record(recognised(), { ...local, heldOn: '2024-12-07' })).code).toBe('date-in-future');
    const taken = recognised();
    await taken.send(recordPromotionActivity, activity);
    expect(refusalOf(await record(taken)).code).toBe('promotion-exists');
  });
});

describe('第二十三条 成果交流会', () => {
  const meeting = {
    promotionId: 'meeting-2024',
    year: YEAR,
    title: '优秀成果交流会',
    heldOn: '2024-12-19',
    place: '天津礼堂',
    programme: '成果发布、专家点评',
  };
  const { promotionId } = meeting;
  const presentation = { promotionId, ...toShow };
  const cancellation = { promotionId, reason: '场地原因' };
  async function convened(): Promise<Ledger> {
    const ledger = recognised();
    await ledger.send(conveneExchangeMeeting, meeting);
    return ledger;
  }

  it('is convened once under its id', async () => {
    expect(factsOf(await recognised().ask(conveneExchangeMeeting, meeting))).toEqual([
      { type: 'exchange-meeting.convened', data: meeting },
    ]);
    expect(refusalOf(await (await convened()).ask(conveneExchangeMeeting, meeting)).code).toBe('promotion-exists');
  });

  it('a result is presented at it, from its day on, once', async () => {
    const ledger = await convened();
    const day = { now: on('2024-12-19') };
    expect(refusalOf(await ledger.ask(recordPresentation, presentation)).code).toBe('meeting-not-held');
    const [presented] = await ledger.send(recordPresentation, presentation, day);
    expect(presented).toMatchObject({
      type: 'result.presented',
      data: { promotionId, ...shown, heldOn: meeting.heldOn },
    });
    expect(factsOf(await ledger.ask(recordPresentation, presentation, day))).toEqual([]);
  });

  it('only recognised, unrevoked results are presented, what is secret with consent', async () => {
    const day = { now: on('2024-12-19') };
    const secret = { ...presentation, tradeSecrets: true };
    expect(refusalOf(await (await convened()).ask(recordPresentation, secret, day)).code).toBe('consent-missing');
    expect(refusalOf(await revoked(await convened()).ask(recordPresentation, presentation, day)).code).toBe(
      'result-revoked',
    );
  });

  it('given it is cancelled, then nothing is presented, and again changes nothing', async () => {
    const ledger = await convened();
    await ledger.send(cancelExchangeMeeting, cancellation);
    expect(factsOf(await ledger.ask(cancelExchangeMeeting, cancellation))).toEqual([]);
    expect(refusalOf(await ledger.ask(cancelExchangeMeeting, { ...cancellation, reason: '另一理由' })).code).toBe(
      'recorded-otherwise',
    );
    expect(refusalOf(await ledger.ask(recordPresentation, presentation, { now: on('2024-12-19') })).code).toBe(
      'meeting-cancelled',
    );
  });

  it('given it has taken place, or there is none, then it is not cancelled', async () => {
    const ledger = await convened();
    expect(refusalOf(await ledger.ask(cancelExchangeMeeting, cancellation, { now: on('2024-12-20') })).code).toBe(
      'meeting-held',
    );
    await ledger.send(recordPresentation, presentation, { now: on('2024-12-19') });
    expect(refusalOf(await ledger.ask(cancelExchangeMeeting, cancellation, { now: on('2024-12-19') })).code).toBe(
      'meeting-held',
    );
    expect(refusalOf(await recognised().ask(cancelExchangeMeeting, cancellation)).code).toBe('not-found');
    expect(refusalOf(await recognised().ask(recordPresentation, presentation)).code).toBe('not-found');
  });
});
