/** 成果: what the unit handed in as its result, and what the recommending body said to it. */
import type { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../../../events/envelope.ts';
import type { resultFileSchema } from '../../../../projections/result/materials.ts';
import type { ResultState } from '../../../../projections/result/results.ts';
import { Documents } from '../../parts/documents.tsx';
import { minute, wan } from '../../parts/format.ts';
import { Participants, Passages } from '../../parts/passages.tsx';
import { Facts, Table } from '../../parts/table.tsx';
import { caseTab } from './tab.ts';

export type ResultFile = z.infer<typeof resultFileSchema>;

const RESULT_WORDS: Readonly<Record<ResultState, string>> = {
  implementing: '项目实施中',
  terminated: '项目已终止',
  completed: '项目已完成，尚未提交成果',
  submitted: '已提交，待汇总',
  compiled: '已汇总，待推荐意见',
  recommended: '已推荐，待报送',
  declined: '不予推荐',
  forwarded: '已报送市级',
};

export const resultsTab = caseTab({
  id: 'results',
  label: '成果',
  roles: ['UNIT', ...RECOMMENDING_ROLES, 'MSR', 'SUP'],
  load: ({ projectId }, { askIfThere }) => askIfThere<ResultFile>('GetResultFile', { projectId }),
  view: ({ data: file }) => (file ? <Result file={file} /> : <p class="none">尚未列入项目计划。</p>),
});

function Result({ file: { state, since, submission, batches, materials } }: { readonly file: ResultFile }) {
  const { content, documents, undertakingAt, explanations, withdrawals } = materials;
  return (
    <>
      <Facts
        facts={[
          ['成果', `${RESULT_WORDS[state]}（${minute(since)} 起）`],
          ['现行材料', submission && `第${submission.version}版，${minute(submission.at)} 提交`],
          ['承诺', undertakingAt && `${minute(undertakingAt)} 签署`],
        ]}
      />
      {content && <ResultPassages content={content} />}
      <h2>文件</h2>
      <Documents documents={documents} />
      {batches.length > 0 && (
        <>
          <h2>推荐意见（第二个第十七条）</h2>
          <Table
            caption="各批次的意见"
            columns={[
              { head: '批次', cell: row => `${row.year}年度第${row.batch}批，材料第${row.version}版`, isOneLine: true },
              {
                head: '意见',
                cell: ({ verdict }) =>
                  verdict
                    ? `${verdict.outcome === 'recommended' ? '推荐' : '不予推荐'}${verdict.text ? `：${verdict.text}` : ''}`
                    : '尚未提出',
              },
              { head: '报送', cell: row => row.forwardedAt && minute(row.forwardedAt), isOneLine: true },
            ]}
            rows={batches}
          />
        </>
      )}
      {explanations.length + withdrawals.length > 0 && (
        <>
          <h2>补充和撤回</h2>
          <Table
            caption="补充和撤回"
            columns={[
              { head: '时间', cell: row => minute(row.at), isOneLine: true },
              { head: '事项', cell: row => ('version' in row ? `补充，第${row.version}版` : '撤回'), isOneLine: true },
              { head: '说明', cell: row => ('version' in row ? row.text : row.reason) },
            ]}
            rows={[...explanations, ...withdrawals].toSorted((one, other) => (one.at < other.at ? -1 : 1))}
          />
        </>
      )}
    </>
  );
}

export function ResultPassages({ content }: { readonly content: NonNullable<ResultFile['materials']['content']> }) {
  return (
    <>
      <Passages
        passages={[
          ['成果名称', content.title],
          ['质量问题', content.problem],
          ['质量管理方法', content.methods.join('、')],
          ['实施步骤', content.procedure],
          ['改进或者创新', content.improvementOrInnovation],
          ['成果', content.results],
          ['经济效益', `${wan(content.economicBenefit.yuan)} 万元。${content.economicBenefit.basis}`],
          ['社会效益', content.socialBenefit],
        ]}
      />
      <Participants of={content.participants} />
    </>
  );
}
