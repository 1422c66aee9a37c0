import { describe, expect, it } from 'vitest';
import { type ResultId, resultIdSchema } from '../../events/ids.ts';
import { earlierResultRecorded } from '../../events/recognition.ts';
import { corpus, corpusHash, findHits, level, type Work, worksBefore } from '../../services/application/sameness.ts';
import { control } from '../support/controls.ts';
import { OTHER_USCC, USCC, viewOf } from './sample.ts';

const work: Work = {
  title: '降低电动自行车电池组焊接不良率',
  problem: '电池组焊接不良率长期在百分之三以上，返修成本高，客户投诉集中在虚焊与漏焊。',
  methods: ['PDCA循环', '正交试验'],
  results: '焊接不良率由百分之三点二降至百分之零点八，客户投诉下降一半。',
};
const unrelated: Work = {
  title: '提高社区卫生服务中心预约挂号满意度',
  problem: '老年居民不会使用手机预约，窗口排队时间长，候诊秩序混乱。',
  methods: ['服务蓝图', '问卷调查'],
  results: '平均等候由四十分钟缩短为十五分钟，满意度提高到九成五。',
};

const id = (name: string): ResultId => resultIdSchema.parse(name);

function earlier(resultId: string, text: Work, year = 2022, uscc = OTHER_USCC) {
  return earlierResultRecorded.of({
    resultId: id(resultId),
    year,
    title: text.title,
    unitName: '某单位',
    uscc,
    problem: text.problem,
    methods: [...text.methods],
    results: text.results,
    source: { document: '津市监质发〔2022〕30号' },
  });
}

const worksOf = (...results: ReturnType<typeof earlier>[]) => viewOf(corpus, results).works;

describe('第八条（三） sameness evidence', () => {
  it('identical text scores 1 and every field stands in the evidence', () => {
    const [hit] = findHits(work, USCC, worksOf(earlier('same', work)), 0.5);
    expect(hit).toMatchObject({ resultId: 'same', score: 1, ownEarlierWork: false });
    expect(hit?.passages.map(passage => passage.field)).toEqual(['title', 'problem', 'methods', 'results']);
    expect(hit?.passages[1]?.text).toBe(level(work.problem));
  });

  it('unrelated work scores near 0 and is no hit at any sensible threshold', () => {
    expect(findHits(work, USCC, worksOf(earlier('other', unrelated)), 0.05)).toEqual([]);
  });

  it('width, case, spaces, punctuation and invisible characters make no difference', () => {
    const dressedUp = {
      ...work,
      methods: ['ＰＤＣＡ 循环', '正交\u200b试验'],
      problem: work.problem.replaceAll('，', ' '),
    };
    expect(findHits(dressedUp, USCC, worksOf(earlier('same', work)), 0.5)[0]?.score).toBe(1);
  });

  it('a text wholly inside a longer one scores 0.9, and text moved to another field is found', () => {
    const longer = { ...work, results: `${work.results}${unrelated.problem}${unrelated.results}` };
    expect(findHits(longer, USCC, worksOf(earlier('inside', work)), 0.5)[0]?.score).toBe(0.9);
    const moved = { ...unrelated, results: work.problem };
    const [hit] = findHits(moved, USCC, worksOf(earlier('source', work)), 0.5);
    expect(hit?.passages).toContainEqual({ field: 'results', text: level(work.problem) });
  });

  it.each([
    ['a synonym', '减少电动自行车电池组焊接缺陷'],
    ['a synonym of the change', '减少电动自行车电池组焊接不良率'],
    ['the order of its words', '电动自行车电池组：焊接不良率的降低'],
  ])('a title that differs by %s is for the adjudicator, whatever else is written', (_what, title) => {
    const [hit] = findHits({ ...unrelated, title }, USCC, worksOf(earlier('retold', work)), 0.5);
    expect(hit?.resultId).toBe('retold');
    expect(hit?.score).toBeGreaterThanOrEqual(0.5);
    expect(hit?.fields).toMatchObject({ problem: 0, methods: 0, results: 0 });
  });

  it('titles that have nothing in common but how titles are built are not alike', () => {
    const [one, other] = ['提高轮胎硫化一次合格率', '提高电缆挤包一次合格率'];
    const found = findHits(
      { ...unrelated, title: one },
      USCC,
      worksOf(earlier('other', { ...work, title: other })),
      0.1,
    );
    expect(found).toEqual([]);
  });

  it('each field is weighed by itself: a copied problem counts among other texts, the usual methods do not', () => {
    const long = { ...unrelated, results: unrelated.results.repeat(2) };
    const [copied] = findHits({ ...long, problem: work.problem }, USCC, worksOf(earlier('source', work)), 0.5);
    expect(copied).toMatchObject({ score: 0.9, fields: { title: 0, problem: 1, methods: 0, results: 0 } });
    expect(findHits({ ...long, methods: work.methods }, USCC, worksOf(earlier('source', work)), 0.5)).toEqual([]);
  });

  it('a decimal mark between digits counts, however it is written; other marks do not', () => {
    expect(level('由3.2％降至０．８%，共1,200件')).toBe('由3.2降至0.8共1200件');
    expect(level('由3·2降至0.8')).toBe(level('由3.2降至0．8'));
    expect(level('1.提高；第2.')).toBe('1提高第2');
    const of = (figure: string): Work => ({ ...work, results: `焊接不良率降至${figure}` });
    const [hit] = findHits(of('3.2'), USCC, worksOf(earlier('figures', of('32'))), 0.5);
    expect(hit?.fields.results).toBeLessThan(1);
  });

  it('the unit’s own earlier work is told apart (D-12)', () => {
    expect(findHits(work, USCC, worksOf(earlier('own', work, 2022, USCC)), 0.5)[0]?.ownEarlierWork).toBe(true);
  });

  it('hits are the closest ten from half the threshold on, closest first', () => {
    const variants = Array.from({ length: 15 }, (_, at) =>
      earlier(`copy-${String(at).padStart(2, '0')}`, {
        ...work,
        results: `${work.results}${unrelated.results.slice(0, at)}`,
      }),
    );
    const hits = findHits(work, USCC, worksOf(...variants.reverse()), 0.5);
    expect(hits).toHaveLength(10);
    expect(hits[0]?.resultId).toBe('copy-00');
    expect(hits.map(hit => hit.score)).toEqual(hits.map(hit => hit.score).sort((a, b) => b - a));
    const half = { ...unrelated, methods: work.methods, results: work.results.slice(0, 14) };
    const [near] = findHits(half, USCC, worksOf(earlier('near', work)), 0.5);
    expect(near?.score).toBeGreaterThanOrEqual(0.25);
    expect(near?.score).toBeLessThan(0.5);
    expect(findHits(half, USCC, worksOf(earlier('near', work)), 1)).toEqual([]);
  });

  it('at most three passages a field, each of eight characters or more, longest first', () => {
    const pieces = ['甲乙丙丁戊己庚辛', '子丑寅卯辰巳午未申', '天地玄黄宇宙洪荒日月', '赤橙黄绿青蓝紫黑白灰银'];
    const source = { ...unrelated, problem: pieces.join('与此无关') };
    const copy = { ...work, problem: [...pieces, '甲乙丙丁戊己庚'].join('另外一段') };
    const [hit] = findHits(copy, USCC, worksOf(earlier('pieces', source)), 0.05);
    const runs = hit?.passages.filter(passage => passage.field === 'problem').map(passage => passage.text);
    expect(runs).toEqual([...pieces].reverse().slice(0, 3));
  });

  it('a text of fewer than three characters matches nothing', () => {
    const tiny: Work = { title: '质', problem: '量', methods: ['攻'], results: '关' };
    expect(findHits(tiny, USCC, worksOf(earlier('tiny', tiny)), 0.05)).toEqual([]);
  });
});

describe('第八条（三） the corpus', () => {
  const facts = [earlier('r-a', work, 2021), earlier('r-b', unrelated, 2023), earlier('r-c', unrelated, 2024)];

  it('is every earlier year up to a pinned position', () => {
    const state = viewOf(corpus, facts);
    expect(worksBefore(state, 2024).map(result => result.resultId)).toEqual(['r-a', 'r-b']);
    expect(state.position).toBe('3');
  });

  it('a result recognised here joins it for applications of later years (第二十一条)', () => {
    const recognised = control('excellent-result.recognised', {
      ...work,
      methods: [...work.methods],
      resultId: 'result-own',
    });
    const state = viewOf(corpus, [...facts, recognised]);
    expect(worksBefore(state, 2024)).toHaveLength(2);
    expect(worksBefore(state, 2025)).toHaveLength(4);
    expect(findHits(work, USCC, worksBefore(state, 2025), 0.5).map(hit => hit.resultId)).toContain('result-own');
    expect(state.position).toBe('4');
  });

  it('has one hash for one content, and another as soon as a text differs', () => {
    const hashOf = (...results: ReturnType<typeof earlier>[]) => corpusHash(worksOf(...results));
    expect(hashOf(...facts)).toBe(hashOf(...facts));
    expect(hashOf(...facts)).not.toBe(hashOf(...facts.slice(0, 2)));
    expect(hashOf(earlier('r-a', work))).not.toBe(hashOf(earlier('r-a', { ...work, problem: `${work.problem}。` })));
  });
});
