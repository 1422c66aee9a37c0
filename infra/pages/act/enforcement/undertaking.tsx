/** The undertaking of confidentiality: its whole text stands where it is signed. */
import { CONFIDENTIALITY_TEXT } from '../../../../services/enforcement/confidentiality.ts';
import { formLayout } from '../layout.tsx';

const Text = () => (
  <blockquote>
    <p>{CONFIDENTIALITY_TEXT}</p>
  </blockquote>
);

export const confidentialityForm = formLayout<true>({
  command: 'SignConfidentialityUndertaking',
  load: () => Promise.resolve(true),
  view: () => (
    <>
      <p class="says">
        参与技术评定的工作人员应严格遵守评定程序和相关规定，依法保守国家秘密、商业秘密（
        <a href="/statute/art-26">第二十六条</a>）。签署之后方可调阅材料。
      </p>
      <Text />
    </>
  ),
  check: () => <Text />,
});
