/** Files of an application and of results: the file first, then what it is; beside it what is there already. */
import { codeWord } from '../../../../events/words.ts';
import type { Asking } from '../../page.ts';
import type { CaseFile } from '../../work/project/application.tsx';
import type { ResultFile } from '../../work/project/results.tsx';
import { type FormParts, formLayout } from '../layout.tsx';

interface OnFile {
  readonly title: string;
  readonly documents: readonly { readonly kind: string; readonly name: string }[];
}

/** The files that are there, by kind and name. */
export function OnRecord({ documents }: Pick<OnFile, 'documents'>) {
  return (
    <>
      <h2>已上传的材料</h2>
      {documents.length === 0 && <p class="none">还没有上传文件。</p>}
      <ul>
        {documents.map(({ kind, name }) => (
          <li>
            {codeWord('kind', kind)}：{name}
          </li>
        ))}
      </ul>
    </>
  );
}

function documentForm(command: string, load: (projectId: string, ask: Asking['ask']) => Promise<OnFile>) {
  return formLayout<OnFile>({
    command,
    load: (typed, { ask }) => load(typed.get('projectId') ?? '', ask),
    names: ({ title }) => [['projectId', title]],
    view: Fields,
    beside: OnRecord,
  });
}

export const documentForms = [
  documentForm('AttachDocument', (projectId, ask) => ask<CaseFile>('GetCaseFile', { projectId })),
  documentForm('AttachResultDocument', async (projectId, ask) => {
    const { title, materials } = await ask<ResultFile>('GetResultFile', { projectId });
    return { title, documents: materials.documents };
  }),
];

function Fields({ ask }: FormParts<OnFile>) {
  return (
    <>
      {ask('projectId')}
      {ask('sha256')}
      {ask('name', '不填则用文件名')}
      {ask('kind')}
      {ask('classification', '含商业秘密的选“商业秘密”；不得上传涉及国家秘密的材料')}
    </>
  );
}
