/** The materials of results (art-17a): what has come of the project, beside what was expected of it. */
import { wan } from '../../parts/format.ts';
import { Facts } from '../../parts/table.tsx';
import type { CaseFile } from '../../work/project/application.tsx';
import type { ResultFile } from '../../work/project/results.tsx';
import { FormSection, formLayout } from '../layout.tsx';

interface ToReport {
  readonly file: CaseFile;
  /** Undefined before anything of results was handed in. */
  readonly result: ResultFile | undefined;
}

/** `SubmitResults` and `SupplementResults`: they begin with what was handed in last. */
function resultsForm(command: string, last?: string) {
  return formLayout<ToReport>({
    command,
    async load(typed, { ask, askIfThere }) {
      const projectId = typed.get('projectId');
      const file = await ask<CaseFile>('GetCaseFile', { projectId });
      return { file, result: await askIfThere<ResultFile>('GetResultFile', { projectId }) };
    },
    names: ({ file }) => [
      ['projectId', file.title],
      ['bodyId', file.bodyName],
    ],
    begin: ({ file, result }) => ({
      ...(last === undefined && { bodyId: file.bodyId }),
      content: result?.materials.content ?? { title: file.title, methods: file.content?.methods },
    }),
    view: ({ ask }) => (
      <>
        {ask('projectId')}
        {last === undefined && (
          <FormSection
            title="提交给谁"
            article="art-17a"
            says="质量攻关项目完成后，项目单位应按要求向各市级行业主管部门或有关行业协会、区市场监督管理部门提交项目成果材料"
          >
            {ask('bodyId')}
          </FormSection>
        )}
        <FormSection title="一、解决了什么问题">
          {ask('content/title')}
          {ask('content/problem')}
        </FormSection>
        <FormSection title="二、怎样做到的">
          {ask('content/methods', '每项填一种方法')}
          {ask('content/procedure')}
          {ask('content/improvementOrInnovation')}
        </FormSection>
        <FormSection title="三、取得的成效">
          {ask('content/results', '对照申报时的指标，写明攻关前后的数值')}
          {ask('content/economicBenefit')}
          {ask('content/socialBenefit')}
        </FormSection>
        <FormSection title="四、参与人员">{ask('content/participants')}</FormSection>
        {last !== undefined && ask(last, '说明改了什么')}
      </>
    ),
    beside: ({ file: { content }, result }) => (
      <>
        {content && (
          <>
            <h2>申报时的预期</h2>
            <Facts
              facts={[
                ['预期成果', content.expectedResults],
                ['预期经济效益', `${wan(content.expectedEconomic.yuan)} 万元`],
                ['预期社会效益', content.expectedSocial],
              ]}
            />
          </>
        )}
        <h2>已上传的成果材料</h2>
        {result === undefined || result.materials.documents.length === 0 ? (
          <p class="none">还没有上传文件。</p>
        ) : (
          <ul>
            {result.materials.documents.map(({ name }) => (
              <li>{name}</li>
            ))}
          </ul>
        )}
      </>
    ),
  });
}

export const resultForms = [resultsForm('SubmitResults'), resultsForm('SupplementResults', 'explanation')];
