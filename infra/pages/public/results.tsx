/** 优秀成果、证书、撤销通报: what was recognised, what a certificate is worth today, and what was revoked. */
import { z } from 'zod';
import { paging, yearParameter } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { Filters, TextField } from '../parts/field.tsx';
import { minute } from '../parts/format.ts';
import { Facts, Pager, Table } from '../parts/table.tsx';
import { WholeList } from '../parts/whole-list.tsx';

interface ResultRow {
  readonly year: number;
  readonly resultId: string;
  readonly title: string;
  readonly unitName: string;
  readonly publishedAt?: string;
  readonly status: string;
}

interface Listed {
  readonly items: ResultRow[];
  readonly total: number;
  readonly next?: string;
}

const status = ({ status: now }: ResultRow) => <span class={now === '有效' ? 'good' : 'warn'}>{now}</span>;

const q = z.string().max(100).optional();
const Search = ({ value }: { readonly value: string | undefined }) => (
  <TextField label="查找（成果或者单位中的词）" name="q" value={value} />
);

export const excellentResultsPage = page({
  path: '/years/:year/excellent',
  name: 'ShowExcellentResultsPage',
  title: input => `${input.year}年度优秀成果`,
  access: 'public',
  input: z.strictObject({ year: yearParameter, q, ...paging }),
  async load(input, { ask }) {
    const { year } = input;
    const results = await ask<Listed>('ListExcellentResults', input);
    const lists = await ask<{ items: PublishedList[] }>('ListExcellentResultLists', { year, limit: 50 });
    return { results, lists: lists.items };
  },
  view: ({ input, data: { results, lists }, here }) => (
    <>
      <h1>{input.year}年度优秀成果</h1>
      <p class="lead">认定并公布的成果，以及今天的效力：认定被撤销的，在此注明。</p>
      <Filters label="查找成果">
        <Search value={input.q} />
      </Filters>
      <WholeList query="ListExcellentResults" input={input} total={results.total} />
      <Results items={results.items} />
      <Pager here={here} next={results.next} />
      <ul>
        <li>
          <a href={`/years/${input.year}/honours`}>通报表扬</a>：单位、参与人员和组织者
        </li>
        <li>
          <a href={`/years/${input.year}/evaluation`}>评定标准、公示和不收费声明</a>
        </li>
      </ul>
      {lists.map(({ version, count, publishedAt, position, projectionVersion, listHash, url, verification }) => (
        <section>
          <h2>
            第{version}版名单，{count} 项，{minute(publishedAt)} 公布
          </h2>
          <Facts
            facts={[
              ['名单所依位置', position],
              ['编制规则版本', projectionVersion],
              ['名单摘要（SHA-256）', <span class="hash">{listHash}</span>],
              ['公布的文件', <a href={url}>原文</a>],
            ]}
          />
          <p class="fine">{verification.zh}</p>
        </section>
      ))}
    </>
  ),
});

interface PublishedList {
  readonly version: number;
  readonly count: number;
  readonly publishedAt: string;
  readonly position: string;
  readonly projectionVersion: number;
  readonly listHash: string;
  readonly url: string;
  readonly verification: { readonly zh: string };
}

const ofAllYears = z.strictObject({ year: z.coerce.number().int().min(2000).max(2100).optional(), q, ...paging });

function AllResults({
  input,
  listed: { items, total, next },
  source,
  here,
}: {
  readonly input: z.infer<typeof ofAllYears>;
  readonly listed: Listed;
  readonly source?: 'recorded';
  readonly here: URL;
}) {
  return (
    <>
      <Filters label="查找成果">
        <Search value={input.q} />
        <TextField label="年度" name="year" value={input.year?.toString()} hint="2024" />
      </Filters>
      <WholeList query="ListEarlierResults" input={{ ...input, source }} total={total} />
      <Results items={items} />
      <Pager here={here} next={next} />
    </>
  );
}

export const allResultsPage = page({
  path: '/results',
  name: 'ShowResultsPage',
  title: '历年优秀成果',
  access: 'public',
  input: ofAllYears,
  load: (input, { ask }) => ask<Listed>('ListEarlierResults', input),
  view: ({ input, data, here }) => (
    <>
      <h1>历年优秀成果</h1>
      <p class="lead">
        各年度公布的优秀成果，以及<a href="/results/earlier">此前年度登记的成果</a>
        。已有的成果不得重复申报（第八条（三））。
      </p>
      <AllResults input={input} listed={data} here={here} />
    </>
  ),
});

export const earlierResultsPage = page({
  path: '/results/earlier',
  name: 'ShowEarlierResultsPage',
  title: '此前年度的优秀成果',
  access: 'public',
  input: ofAllYears,
  load: (input, { ask }) => ask<Listed>('ListEarlierResults', { ...input, source: 'recorded' }),
  view: ({ input, data, here }) => (
    <>
      <h1>此前年度的优秀成果</h1>
      <p class="lead">台账启用之前各年度的优秀成果，由市市场监督管理部门登记，用于查重（第八条（三））。</p>
      <AllResults input={input} listed={data} source="recorded" here={here} />
    </>
  ),
});

function Results({ items }: { readonly items: readonly ResultRow[] }) {
  return (
    <Table
      caption="优秀成果"
      none="没有已公布的优秀成果。"
      columns={[
        { head: '年度', cell: row => row.year },
        { head: '成果名称', cell: row => row.title },
        { head: '单位', cell: row => row.unitName },
        { head: '公布', cell: row => (row.publishedAt ? minute(row.publishedAt).slice(0, 10) : '') },
        { head: '今天的效力', cell: status },
      ]}
      rows={items}
    />
  );
}

interface Certificate {
  readonly year: number;
  readonly title: string;
  readonly recipientType: string;
  readonly orgName: string;
  readonly certificateNo: string;
  readonly issuedAt: string;
  readonly person?: string;
  readonly status: string;
}

/** As certificates are numbered: `2024-00001`. */
const NUMBER = /^\d{4}-\d{5}$/;

export const certificateSearchPage = page({
  path: '/certificates',
  name: 'ShowCertificateSearch',
  title: '证书查验',
  access: 'public',
  input: z.strictObject({ no: z.string().max(40).optional() }),
  load: async ({ no }, { askIfThere }) => ({
    found:
      no === undefined || !NUMBER.test(no)
        ? undefined
        : await askIfThere<Certificate>('VerifyCertificate', { certificateNo: no }),
  }),
  view: ({ input: { no }, data: { found } }) => (
    <>
      <h1>证书查验</h1>
      <Filters label="查验证书">
        <TextField label="证书编号" name="no" value={no} hint="2024-00001" />
      </Filters>
      {found && <Validity certificate={found} />}
      {no !== undefined && !found && <NoSuchCertificate />}
    </>
  ),
});

/** Where the code on a certificate leads: one word, whatever the number is. */
export const certificatePage = page({
  path: '/certificates/:no',
  name: 'ShowCertificatePage',
  title: input => `证书 ${input.no}`,
  access: 'public',
  input: z.strictObject({ no: z.string().max(40) }),
  load: async ({ no }, { askIfThere }) => ({
    found: NUMBER.test(no) ? await askIfThere<Certificate>('VerifyCertificate', { certificateNo: no }) : undefined,
  }),
  isMissing: ({ found }) => found === undefined,
  view: ({ input: { no }, data: { found } }) => (
    <>
      <h1>证书 {no}</h1>
      {found ? <Validity certificate={found} /> : <NoSuchCertificate />}
      {found && (
        <p class="tools">
          <a href={`/api/v1/certificates/${found.certificateNo}/document`}>证书文本（PDF）</a>
        </p>
      )}
    </>
  ),
});

function NoSuchCertificate() {
  return (
    <section>
      <p class="stamp warn">不存在</p>
      <p>台账中没有颁发过这个编号的证书。</p>
    </section>
  );
}

/** One word first; what it rests on below. */
function Validity({
  certificate: { certificateNo, title, orgName, person, recipientType, year, issuedAt, status: now },
}: {
  readonly certificate: Certificate;
}) {
  return (
    <section>
      <p class={`stamp ${now === '有效' ? 'good' : 'warn'}`}>{now}</p>
      <Facts
        facts={[
          ['证书编号', certificateNo],
          ['成果', title],
          [recipientType, person ?? orgName],
          ['单位', orgName],
          ['年度', year],
          ['颁发', minute(issuedAt).slice(0, 10)],
        ]}
      />
    </section>
  );
}

interface Revocation {
  readonly caseId: string;
  readonly unitName: string;
  readonly revoked: readonly { readonly title: string; readonly year: number }[];
  readonly ban?: { readonly from: string; readonly lastDay: string };
  readonly document: string;
  readonly url: string;
  readonly status: string;
  readonly decidedOn: string;
}

export const revocationsPage = page({
  path: '/revocations',
  name: 'ShowRevocationsPage',
  title: '撤销认定通报',
  access: 'public',
  input: z.strictObject(paging),
  load: (input, { ask }) => ask<{ items: Revocation[]; next?: string }>('ListRevocationNotices', input),
  view: ({ data: { items, next }, here }) => (
    <>
      <h1>撤销认定通报</h1>
      <p class="lead">弄虚作假骗取认定的，撤销认定并通报，五年内不再受理其申报（第二十五条）。</p>
      <WholeList query="ListRevocationNotices" input={{}} />
      <Table
        caption="通报"
        none="没有通报。"
        columns={[
          { head: '决定日期', cell: row => row.decidedOn },
          { head: '单位', cell: row => row.unitName },
          {
            head: '撤销的成果',
            cell: row => row.revoked.map(({ title, year }) => `《${title}》（${year}）`).join('、'),
          },
          { head: '不再受理申报', cell: row => (row.ban ? `${row.ban.from} 至 ${row.ban.lastDay}` : '') },
          { head: '文号', cell: row => <a href={row.url}>{row.document}</a> },
          { head: '状态', cell: row => (row.status === 'in-force' ? '有效' : '决定已撤销') },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
      <p>
        <a href="/bans">今天不受理申报的单位</a>
      </p>
    </>
  ),
});
