/** The application (art-08, art-10): its materials in the order in which a unit thinks of them, beside what it has attached. */
import { minute } from '../../parts/format.ts';
import { Facts } from '../../parts/table.tsx';
import type { CaseFile } from '../../work/project/application.tsx';
import { type FormParts, FormSection, formLayout } from '../layout.tsx';
import { OnRecord } from './documents.tsx';

export const startApplicationForm = formLayout({
  command: 'StartApplication',
  view: ({ ask }) => (
    <>
      {ask('year')}
      <FormSection
        title="攻关什么"
        article="art-08"
        says="申报项目在提质增效、节能降耗、优化服务、自主创新等方面预期带来显著成效，且不得与历年优秀成果项目雷同"
      >
        {ask('title', '一句话说出改进对象和目标，如“降低铸件废品率”')}
        {ask('industry')}
      </FormSection>
      <FormSection
        title="向谁申报"
        article="art-10"
        says="向市级行业主管部门或有关行业协会、区市场监督管理部门提交立项申报材料"
      >
        {ask('bodyId')}
      </FormSection>
    </>
  ),
});

/** `SubmitApplication` and `SupplementApplication`: they begin with what was handed in last. */
function materialsForm(command: string, last?: string) {
  return formLayout<CaseFile>({
    command,
    load: (typed, { ask }) => ask<CaseFile>('GetCaseFile', { projectId: typed.get('projectId') }),
    names: ({ title }) => [['projectId', title]],
    begin: ({ content }) => ({ content }),
    view: parts => (
      <>
        {parts.ask('projectId')}
        <Materials parts={parts} />
        {last !== undefined && parts.ask(last, '逐项回应补充要求，说明改了什么')}
      </>
    ),
    beside: file => <Attached file={file} />,
  });
}

export const applicationForms = [
  startApplicationForm,
  materialsForm('SubmitApplication'),
  materialsForm('SupplementApplication', 'answer'),
];

function Materials({ parts: { ask } }: { readonly parts: FormParts<CaseFile> }) {
  return (
    <>
      <FormSection title="一、要解决的质量问题">
        {ask('content/qualityProblem', '现状怎样、差距多大、数据从何而来')}
        {ask('content/keyArea')}
      </FormSection>
      <FormSection title="二、怎样攻关" article="art-15" says="实施过程应遵循计划、执行、检查、处理程序">
        {ask('content/methods', '每项填一种方法')}
        {ask('content/procedure')}
        {ask('content/improvementOrInnovation')}
      </FormSection>
      <FormSection
        title="三、可行性分析"
        article="art-10"
        says="申报材料应包括项目可行性分析和预期成效等内容，并保证完整性、真实性"
      >
        {ask('content/feasibility')}
      </FormSection>
      <FormSection
        title="四、预期成效"
        article="art-08"
        says="申报项目在提质增效、节能降耗、优化服务、自主创新等方面预期带来显著成效"
      >
        {ask('content/expectedResults', '写明指标、基线值和目标值')}
        {ask('content/categories', '可选多项')}
        {ask('content/otherCategory', '选“其他”的填写')}
        {ask('content/expectedEconomic')}
        {ask('content/expectedSocial')}
      </FormSection>
      <FormSection title="五、参与人员">{ask('content/participants')}</FormSection>
    </>
  );
}

function Attached({
  file: { documents, undertaking, supplements, returns, submissions },
}: {
  readonly file: CaseFile;
}) {
  const wanted = supplements.at(-1);
  const returned = returns.at(-1);
  return (
    <>
      <OnRecord documents={documents} />
      <Facts
        facts={[
          ['完整性真实性承诺', undertaking ? `${minute(undertaking.at)} 已签署` : '尚未签署'],
          ['现行材料', submissions.length > 0 && `第${submissions.at(-1)?.version}版`],
          ['退回理由', returned?.reason],
          ['要求补充', wanted && `${wanted.items.join('；')}（应于 ${wanted.dueOn}（含）前）`],
        ]}
      />
    </>
  );
}
