/** What came of a form is told on the next page, once; whatever else stands in the cookie says nothing. */
import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../infra/http/request-context.ts';
import { forgetTold, tellNext, toldIn } from '../../infra/pages/act/told.ts';

/** A response that keeps its cookies, as a browser would get them. */
function answering() {
  const cookies: string[] = [];
  const res = { appendHeader: (_name: string, value: string) => cookies.push(value) };
  return { cookies, context: { res } as unknown as RequestContext };
}

const asked = (cookie?: string) => ({ req: { headers: { cookie } } }) as unknown as RequestContext;

function told(message: string, sentences: readonly string[], isSecure = false) {
  const { cookies, context } = answering();
  tellNext(context, { message, sentences, position: '12' }, isSecure);
  const [cookie = ''] = cookies;
  return { cookie, back: toldIn(asked(`other=1; ${cookie.split(';')[0]}`)) };
}

describe('what came of a form', () => {
  it('is told on the next page as it was said', () => {
    const said = { message: '已记录', sentences: ['推荐了项目“甲”。'], position: '12' };
    expect(told(said.message, said.sentences).back).toEqual(said);
  });

  it('is seen by no script and no other site, and only under TLS where there is TLS', () => {
    expect(told('已记录', []).cookie).toMatch(/; Max-Age=120; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(told('已记录', [], true).cookie).toMatch(/; SameSite=Lax; Secure$/);
  });

  it('fits into a cookie however much is on record, and cuts no character in two', () => {
    const { cookie, back } = told(
      '已记录',
      Array.from({ length: 9 }, () => '𠮷'.repeat(500)),
    );
    expect(cookie.length).toBeLessThan(4_096);
    expect(back?.sentences).toEqual(Array.from({ length: 3 }, () => '𠮷'.repeat(160)));
  });

  it('is forgotten once it was said', () => {
    const { cookies, context } = answering();
    forgetTold(context, true);
    expect(cookies).toEqual(['gongguan-told=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure']);
    expect(toldIn(asked('gongguan-told='))).toBeUndefined();
  });

  const packed = (value: unknown) => `gongguan-told=${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

  it.each([
    ['no cookie', undefined],
    ['another cookie', 'gongguan=x'],
    ['no JSON', 'gongguan-told=%%%'],
    ['no list', packed({ message: '已记录' })],
    ['no message', packed([1, []])],
    ['no sentences', packed(['已记录', '一句'])],
  ])('given %s, then nothing was told', (_what, cookie) => expect(toldIn(asked(cookie))).toBeUndefined());

  it('given a position that is none, then the page waits for nothing', () => {
    expect(toldIn(asked(packed(['已记录', [], 12])))).toEqual({ message: '已记录', sentences: [] });
  });
});
