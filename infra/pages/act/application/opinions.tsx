/** Opinions on an application, of the body that recommends it (art-12) and of the authority that reviews it (art-13): beside what they rest on. */
import type { ArticleId } from '../../../../events/statute.ts';
import { codeWord } from '../../../../events/words.ts';
import { Facts } from '../../parts/table.tsx';
import type { CaseFile } from '../../work/project/application.tsx';
import { FormSection, formLayout } from '../layout.tsx';

interface Opinion {
  readonly command: string;
  readonly field: 'opinion' | 'reason';
  readonly title: string;
  readonly article: ArticleId;
  readonly says: string;
}

const VERIFIED = '各推荐单位对立项申报材料的完整性、真实性进行核实，并将立项申报材料及推荐意见提交至市市场监督管理部门';
const REVIEWED = '市市场监督管理部门对推荐的申报项目进行立项审核，通过的列入项目计划并向社会公布';

const OPINIONS: readonly Opinion[] = [
  { command: 'RecommendProject', field: 'opinion', title: '推荐意见', article: 'art-12', says: VERIFIED },
  { command: 'DeclineToRecommendProject', field: 'reason', title: '不予推荐的理由', article: 'art-12', says: VERIFIED },
  { command: 'ApproveProject', field: 'opinion', title: '审核意见', article: 'art-13', says: REVIEWED },
  { command: 'RejectProject', field: 'reason', title: '未通过的理由', article: 'art-13', says: REVIEWED },
];

export const opinionForms = OPINIONS.map(({ command, field, title, article, says }) =>
  formLayout<CaseFile>({
    command,
    load: (typed, { ask }) => ask<CaseFile>('GetCaseFile', { projectId: typed.get('projectId') }),
    names: file => [['projectId', `${file.title}（${file.unitName}）`]],
    view: ({ ask }) => (
      <>
        {ask('projectId')}
        <FormSection title={title} article={article} says={says}>
          {ask(field)}
        </FormSection>
      </>
    ),
    beside: file => <Found file={file} />,
  }),
);

const CHECKS = { completeness: '完整性', truthfulness: '真实性' } as const;

/** What has been found of the application so far, each time the last word. */
function Found({ file: { projectId, checks, recommendation, municipal, content } }: { readonly file: CaseFile }) {
  const lastOf = (kind: keyof typeof CHECKS) => checks.findLast(({ check }) => check === kind);
  const told = (kind: keyof typeof CHECKS) => {
    const check = lastOf(kind);
    return check ? `${check.outcome === 'passed' ? '通过' : '未通过'}：${check.findings}` : '尚未核实';
  };
  return (
    <>
      <h2>参看</h2>
      <p>
        <a href={`/projects/${projectId}?tab=application`} target="_blank" rel="noopener">
          在新窗口打开申报材料
        </a>
      </p>
      <Facts
        facts={[
          ['完整性核实', told('completeness')],
          ['真实性核实', told('truthfulness')],
          ['推荐意见', recommendation?.outcome === 'recommended' && recommendation.text],
          ['成效类别', content?.categories.map(each => codeWord('categories', each)).join('、')],
          [
            '雷同',
            municipal?.adjudication &&
              `${codeWord('verdict', municipal.adjudication.verdict)}：${municipal.adjudication.reason}`,
          ],
          [
            '符合定义',
            municipal?.definition &&
              `${municipal.definition.conforms ? '符合' : '不符合'}：${municipal.definition.reason}`,
          ],
          [
            '预期成效',
            municipal?.effect && `${municipal.effect.marked ? '显著' : '不显著'}：${municipal.effect.reason}`,
          ],
          ['申报条件', municipal?.eligibility && (municipal.eligibility.outcome === 'confirmed' ? '符合' : '不符合')],
        ]}
      />
    </>
  );
}
