/** Why there is no page, in words, with the rule that refuses; whoever has yet to sign in is led there. */
import { basisLabel } from '../../events/basis-label.ts';
import { languageOf } from '../http/language.ts';
import { type Problem, problemTitle, sentenceOfFault } from '../http/problem.ts';
import type { RequestContext } from '../http/request-context.ts';
import { addressOfPage, goTo, sendPage } from './answer.ts';
import { by } from './return-to.ts';

/** Where somebody is led who has to do something else first. */
const BEFORE: Readonly<Record<string, string>> = { 'second-factor-to-be-enrolled': '/me/second-factor' };

export function refusePage(context: RequestContext, problem: Problem): void {
  const before = BEFORE[problem.code] ?? (problem.status === 401 ? '/sign-in' : undefined);
  if (before !== undefined) {
    const { pathname, search } = addressOfPage(context);
    // What was posted is not read again.
    goTo(context, by(before, context.req.method === 'POST' ? undefined : pathname + search));
    return;
  }
  for (const [name, value] of Object.entries(problem.particulars.headers ?? {})) context.res.setHeader(name, value);
  const title = problemTitle(problem.status).zh;
  sendPage(context, problem.status, { title }, <Refusal problem={problem} title={title} context={context} />);
}

/** Whether it is material that whoever has not signed the confidentiality undertaking is not shown (art-26). */
export const mustSign = ({ status, code }: Problem): boolean => status === 403 && code === 'undertaking-not-signed';

function Refusal({ problem, title, context }: { problem: Problem; title: string; context: RequestContext }) {
  const { text, particulars, code } = problem;
  const language = languageOf(context.req);
  return (
    <section class="narrow">
      <h1>{title}</h1>
      <p class="lead">{text.zh}</p>
      <p lang="en">{text.en}</p>
      {particulars.rule && <p>依据：{basisLabel(particulars.rule)}</p>}
      {mustSign(problem) && (
        <p>
          <a href={by('/act/SignConfidentialityUndertaking', addressOfPage(context).pathname)}>签署保密承诺</a>
        </p>
      )}
      {particulars.errors && particulars.errors.length > 0 && (
        <ul>
          {particulars.errors.map(fault => (
            <li>{sentenceOfFault({ name: fault.pointer.slice(1), ...fault }, language)}</li>
          ))}
        </ul>
      )}
      <p class="fine">
        代码 {code}，查询编号 {context.correlationId}
      </p>
      <p>
        <a href="/">回到首页</a>
      </p>
    </section>
  );
}
