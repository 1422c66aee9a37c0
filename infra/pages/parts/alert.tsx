/** Why something was not done, above the form it was asked with. */
import type { Problem } from '../../http/problem.ts';

export function Alert({ problem }: { readonly problem: Problem | undefined }) {
  if (!problem) return null;
  return (
    <div class="alert" role="alert">
      <p>{problem.text.zh}</p>
      <p lang="en">{problem.text.en}</p>
    </div>
  );
}
