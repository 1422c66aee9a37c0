import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { revocationNotices } from '../../projections/enforcement/notices.ts';
import { type Printable, printableSchema } from '../../projections/printable.ts';
import { certificatePaper } from '../../projections/recognition/certificate.ts';
import { certificates } from '../../projections/recognition/commendations.ts';
import { routes } from '../../projections/recognition/http.ts';
import { recognitions } from '../../projections/recognition/results.ts';
import { openSite, type Site } from '../http/support.ts';
import { samples } from '../support/controls.ts';
import { logOf, readerOf, type Told, told } from '../support/fold.ts';
import { readPdf } from './pdf.ts';

const CERTIFICATE = '2024-00001';
const { resultId, title, orgId, orgName } = samples['certificate.issued'];
const recognised = told('excellent-result.recognised', { resultId });
const issued = (change: object = {}, at = '2024-12-16T01:00:00.000Z') => told('certificate.issued', change, { at });
const revoked = told('fraud-decision.taken', { revoked: [{ resultId, title, year: 2024 }] });
const overturned = told('revocation.overturned');
const story = [recognised, issued()];

const NAMES = { 'person-zhang': '张伟' };
const readerAfter = (events: Told[], names: Readonly<Record<string, string>> = NAMES) =>
  readerOf([certificates, recognitions, revocationNotices], { events: logOf(events), names });

async function paperAfter(events: Told[], names?: Readonly<Record<string, string>>): Promise<Printable | undefined> {
  const route = routes.find(({ name }) => name === 'PrintCertificate');
  const input = { certificateNo: CERTIFICATE };
  const answer = await route?.answer(input as never, undefined, readerAfter(events, names));
  return answer?.kind === 'paper' ? answer.paper : undefined;
}

const entriesOf = (paper: Printable | undefined) =>
  Object.fromEntries(paper?.entries.map(({ label, text }) => [label.zh, text]) ?? []);

describe('what a certificate says in print', () => {
  it('given a participant, then the project, its unit, the person and the year; who issued it and when', async () => {
    const paper = await paperAfter(story);
    expect(printableSchema.parse(paper)).toEqual(paper);
    expect(paper).toMatchObject({
      number: CERTIFICATE,
      title: { zh: expect.stringContaining('证书') },
      issuer: { zh: '天津市市场监督管理委员会' },
      issuedOn: { zh: '2024年12月16日', en: '2024-12-16' },
      check: `/certificates/${CERTIFICATE}`,
    });
    expect(entriesOf(paper)).toEqual({ 项目名称: title, 项目单位: orgName, 参与人员: '张伟', 年度: '2024' });
    expect(paper).not.toHaveProperty('revoked');
  });

  it.each([
    ['单位', undefined, { 项目单位: '某公司' }],
    ['组织者', '张伟', { 组织者: '张伟', 所在单位: '某公司' }],
    ['组织者', undefined, { 组织者: '某公司' }],
  ] as const)(
    'D-30 given a %s by the name of %s, then the organisation is shown as what it is',
    (type, person, said) => {
      const certificate = {
        certificateNo: CERTIFICATE,
        year: 2024,
        resultId,
        title,
        recipientType: type,
        orgName: '某公司',
        issuedAt: '2024-12-16T01:00:00.000Z',
        status: '有效' as const,
        ...(person && { person }),
      };
      expect(entriesOf(certificatePaper(certificate))).toEqual({ 项目名称: title, ...said, 年度: '2024' });
    },
  );

  it('the day of issue is the one in Tianjin', async () => {
    const paper = await paperAfter([recognised, issued({}, '2024-12-15T16:30:00.000Z')]);
    expect(paper?.issuedOn).toEqual({ zh: '2024年12月16日', en: '2024-12-16' });
  });

  it('D-42 nothing but what the public check shows; an erased name is gone from it', async () => {
    const text = JSON.stringify(await paperAfter(story));
    for (const hidden of [orgId, 'person-zhang', 'sealed', 'commendation-']) expect(text).not.toContain(hidden);
    expect(entriesOf(await paperAfter(story, {}))).toMatchObject({ 参与人员: '（已删除）' });
  });

  it('it is the work plan’s: no article of the regulation is cited', async () => {
    const text = JSON.stringify([await paperAfter(story), await paperAfter([...story, revoked])]);
    expect(text).not.toMatch(/第[一二三四五六七八九十]+条|art-/);
    expect(text).toContain('工作方案');
  });

  it('given the recognition was revoked, then it says so, since when and by which document; overturned, nothing', async () => {
    const { revoked: mark } = (await paperAfter([...story, revoked])) ?? {};
    expect(mark?.stamp.zh).toBe('已撤销');
    expect(mark?.reason.zh).toContain('已于2024年12月26日撤销（津市监质罚〔2024〕1号）');
    expect(mark?.reason.en).toContain('2024-12-26');
    expect(await paperAfter([...story, revoked, overturned])).toEqual(await paperAfter(story));
  });
});

describe('GET /certificates/:certificateNo/document', () => {
  let site: Site | undefined;
  afterEach(async () => site?.close());

  const download = async (events: Told[], certificateNo = CERTIFICATE) => {
    site = await openSite({ queries: routes, reader: readerAfter(events) });
    return site.call('GET', `/api/v1/certificates/${certificateNo}/document`);
  };

  it('given the public, then a PDF to keep, with the words of the certificate and the way to its check', async () => {
    const answer = await download(story);
    const body = new Uint8Array(await answer.arrayBuffer());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-length')).toBe(String(body.length));
    expect(answer.headers.get('cache-control')).toBe('public, max-age=15');
    expect(decodeURIComponent(answer.headers.get('content-disposition') ?? '')).toBe(
      `attachment; filename*=UTF-8''天津市质量攻关优秀成果证书 ${CERTIFICATE}.pdf`,
    );
    const { lines, raw } = readPdf(body);
    const texts = lines.map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining(['张伟', orgName, `https://gongguan.test/certificates/${CERTIFICATE}`]),
    );
    expect(texts).not.toContain('已撤销');
    expect(raw.startsWith('%PDF-')).toBe(true);
  });

  it('given a revoked recognition, then the PDF comes all the same, with 已撤销 across it', async () => {
    const answer = await download([...story, revoked]);
    expect(answer.status).toBe(200);
    const { lines } = readPdf(new Uint8Array(await answer.arrayBuffer()));
    const stamp = lines.find(({ text }) => text === '已撤销');
    expect(stamp?.size).toBeGreaterThan(100);
  });

  it.each([
    ['2024-00002', 404, 'not-found'],
    ['first', 422, 'invalid-input'],
  ])('given the number %s, then %i and a problem', async (certificateNo, status, code) => {
    const answer = await download(story, certificateNo);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it('is documented as a PDF, and the check beside it as JSON', async () => {
    site = await openSite({ queries: routes });
    const document = await (await site.call('GET', '/api/v1/openapi.json')).json();
    const { paths } = document as { paths: Record<string, { get: { responses: Record<string, object> } }> };
    const contentAt = (path: string) => paths[path]?.get.responses['200'];
    expect(contentAt('/api/v1/certificates/{certificateNo}/document')).toMatchObject({
      content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
    });
    expect(contentAt('/api/v1/certificates/{certificateNo}/document')).not.toHaveProperty([
      'content',
      'application/json',
    ]);
    expect(contentAt('/api/v1/certificates/{certificateNo}')).toHaveProperty(['content', 'application/json']);
  });
});

describe('GONGGUAN_PUBLIC_ADDRESS', () => {
  it('given none, then the address that is listened on; given one, then without a slash at its end', () => {
    const addressWith = (address?: string) =>
      readConfig({ PORT: '4000', GONGGUAN_PUBLIC_ADDRESS: address }).publicAddress;
    expect(addressWith()).toBe('http://127.0.0.1:4000');
    expect(addressWith('https://zlgg.example.cn/gongguan/')).toBe('https://zlgg.example.cn/gongguan');
    expect(() => addressWith('ftp://example.cn')).toThrow('GONGGUAN_PUBLIC_ADDRESS');
  });
});
