/** 申报材料: what the unit handed in with its application. */
import type { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../../../events/envelope.ts';
import type { caseFileSchema } from '../../../../projections/application/case-file.ts';
import { Documents } from '../../parts/documents.tsx';
import { minute, wan } from '../../parts/format.ts';
import { Participants, Passages } from '../../parts/passages.tsx';
import { Facts, Table } from '../../parts/table.tsx';
import { caseTab } from './tab.ts';

export type CaseFile = z.infer<typeof caseFileSchema>;

export const applicationTab = caseTab({
  id: 'application',
  label: '申报材料',
  roles: ['UNIT', 'TPO', ...RECOMMENDING_ROLES, 'MSR', 'SUP'],
  load: ({ projectId }, { ask }) => ask<CaseFile>('GetCaseFile', { projectId }),
  view: ({ data: { content, documents, undertaking, submissions } }) => (
    <>
      <Facts
        facts={[
          ['现行材料', content ? `第${submissions.at(-1)?.version}版` : '尚未提交'],
          ['承诺', undertaking && `${minute(undertaking.at)} 由${undertaking.position}${undertaking.signatory}签署`],
        ]}
      />
      {content && <ApplicationPassages content={content} />}
      <h2>文件</h2>
      <Documents documents={documents} />
      <h2>历次提交</h2>
      <Table
        caption="历次提交"
        none="尚未提交。"
        columns={[
          { head: '版次', cell: row => `第${row.version}版`, isOneLine: true },
          { head: '提交', cell: row => minute(row.at), isOneLine: true },
          { head: '补充说明', cell: row => row.answer },
        ]}
        rows={submissions}
      />
    </>
  ),
});

export function ApplicationPassages({ content }: { readonly content: NonNullable<CaseFile['content']> }) {
  const { expectedEconomic, categories, otherCategory, participants, methods } = content;
  return (
    <>
      <Passages
        passages={[
          ['质量问题', content.qualityProblem],
          ['质量管理方法', methods.join('、')],
          ['实施步骤', content.procedure],
          ['改进或者创新', content.improvementOrInnovation],
          ['可行性分析', content.feasibility],
          ['预期成果', content.expectedResults],
          ['预期经济效益', `${wan(expectedEconomic.yuan)} 万元。${expectedEconomic.basis}`],
          ['预期社会效益', content.expectedSocial],
          ['成效类别', categories.map(each => (each === '其他' && otherCategory ? otherCategory : each)).join('、')],
          ['重点领域', content.keyArea],
        ]}
      />
      <Participants of={participants} />
    </>
  );
}
