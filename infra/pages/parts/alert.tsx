/** Why something was not done, above the form it was asked with. */
import { basisLabel } from '../../../events/basis-label.ts';
import type { Problem } from '../../http/problem.ts';

export function Alert({ problem }: { readonly problem: Problem | undefined }) {
  if (!problem) return null;
  const { text, particulars } = problem;
  return (
    <div class="alert" role="alert">
      <p>{text.zh}</p>
      <p lang="en">{text.en}</p>
      {particulars.rule && <p>依据：{basisLabel(particulars.rule)}</p>}
    </div>
  );
}
