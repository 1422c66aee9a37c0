/** A form for every command: shown, checked, sent, and decided as over the API. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validInput, type Words } from '../../infra/http/valid-input.ts';
import { actAddress, formEntries } from '../../infra/pages/act/address.ts';
import { fieldsOf } from '../../infra/pages/act/fields.ts';
import { MADE_IDS } from '../../infra/pages/act/made-ids.ts';
import { inputOf, settleKnown, type Typed } from '../../infra/pages/act/typed.ts';
import { commandRoutes } from '../../services/routes.ts';
import {
  CALLERS,
  type CallerName,
  openTwoOrganisations,
  STORY,
  type TwoOrganisations,
} from '../http/two-organisations.ts';
import { samples } from '../support/controls.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

const WORDS: Words = Object.assign({}, ...Object.values(samples), STORY, {
  predecessor: samples['unit.successor-recorded'].predecessor,
});

/** An example of the input that a command takes. */
const exampleOf = ({ input, name }: (typeof commandRoutes)[number]['command']) =>
  validInput(input, WORDS, name) as Readonly<Record<string, unknown>>;

/** The same as somebody would have typed it. */
function typedOf({ command }: (typeof commandRoutes)[number]): Typed {
  const typed: Typed = new Map(formEntries(exampleOf(command)));
  settleKnown(fieldsOf(command.input), typed);
  return typed;
}

const cookie = (caller: CallerName) => ({ cookie: `gongguan=${site.tokens[caller]}` });

async function show(address: string, caller: CallerName) {
  const answer = await fetch(`${site.url}${address}`, { redirect: 'manual', headers: cookie(caller) });
  return { status: answer.status, html: await answer.text(), headers: answer.headers };
}

async function post(command: string, typed: Iterable<readonly [string, string]>, caller: CallerName, headers = {}) {
  const body = new URLSearchParams([...typed].map(([name, value]) => [name, value]));
  const answer = await fetch(`${site.url}/act/${command}`, {
    method: 'POST',
    redirect: 'manual',
    body,
    headers: { ...cookie(caller), ...headers },
  });
  return { status: answer.status, html: await answer.text(), headers: answer.headers };
}

/** Somebody of the story whose role admits the command. */
function callerFor(allow: readonly string[]): CallerName | undefined {
  return (Object.keys(CALLERS) as CallerName[]).find(name => allow.includes(CALLERS[name].role));
}

const byRole = commandRoutes.map(route => ({
  route,
  name: route.command.name,
  caller: callerFor(route.command.allow),
}));

/** Controls that people see and that nothing names. */
function unlabelled(html: string): readonly string[] {
  const controls = [...html.matchAll(/<(input|select|textarea)\b([^>]*)>/g)].filter(
    ([, , attributes = '']) => !/type="hidden"/.test(attributes),
  );
  return controls
    .filter(([, , attributes = '']) => {
      const id = /\bid="([^"]+)"/.exec(attributes)?.[1];
      return id === undefined || !html.includes(`<label for="${id}"`);
    })
    .filter(([whole]) => {
      const before = html.slice(0, html.indexOf(whole));
      return before.lastIndexOf('<label>') <= before.lastIndexOf('</label>');
    })
    .map(([whole]) => whole);
}

// Before the commands below rename things.
describe('a thing that a field names', () => {
  it('is found by what people call it, and chosen by name', async () => {
    const { html } = await post(
      'TransferJurisdiction',
      [
        ['toBodyId', '滨海'],
        ['_do', 'find:toBodyId'],
      ],
      'office',
    );
    expect(html).toMatch(new RegExp(`type="radio" name="toBodyId" value="${STORY.bodyId}"`));
    const none = await post(
      'TransferJurisdiction',
      [
        ['toBodyId', '没有这样的单位'],
        ['_do', 'find:toBodyId'],
      ],
      'office',
    );
    expect(none.html).toContain('没有查到');
  });

  it('given that the reader may not ask for such things, then he is not helped to look for them', async () => {
    const { html } = await post(
      'RaiseFeeComplaint',
      [
        ['uscc', '天津'],
        ['_do', 'find:uscc'],
      ],
      'unit',
    );
    expect(html).not.toContain(STORY.unitName);
  });
});

describe('the form of every command', () => {
  it('then there is somebody for each', () => {
    expect(byRole.filter(({ caller }) => caller === undefined).map(({ name }) => name)).toEqual([]);
  });

  it.each(byRole)('$name: is shown with a label at each control', async ({ name, caller }) => {
    const { status, html } = await show(`/act/${name}`, caller as CallerName);
    expect([status, status === 200 ? unlabelled(html) : html]).toEqual([200, []]);
    expect(html).not.toMatch(/undefined|NaN|\[object/);
  });

  it.each(byRole)('$name: an example that is typed is the example', ({ route }) => {
    const { input } = inputOf(fieldsOf(route.command.input), typedOf(route));
    const { input: schema } = route.command;
    expect(schema.parse(input)).toEqual(schema.parse(exampleOf(route.command)));
  });

  it.each(byRole)('$name: is checked in words, and decided as over the API', async ({ route, name, caller }) => {
    const typed = typedOf(route);
    const who = caller as CallerName;
    const checked = await post(name, typed, who);
    expect([checked.status, checked.status === 200 ? '' : checked.html]).toEqual([200, '']);
    expect(checked.html).toContain('确认并提交');
    const { input } = inputOf(fieldsOf(route.command.input), typed);
    const path = route.path.replaceAll(/:(\w+)/g, (_all, field: string) => encodeURIComponent(String(input[field])));
    const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, field]) => field);
    const body = Object.fromEntries(Object.entries(input).filter(([field]) => !inPath.includes(field)));
    const overApi = await fetch(`${site.url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${site.tokens[who]}`,
        'content-type': 'application/json',
        'idempotency-key': `one-${name}`,
      },
      body: JSON.stringify(body),
    });
    const told = (await overApi.json()) as { detail?: string };
    const sent = await post(name, [...typed, ['_key', `one-${name}`], ['_do', 'send']], who);
    if (overApi.ok) expect([sent.status === 303 || sent.status === 200, sent.html]).toEqual([true, expect.anything()]);
    else {
      expect([name, sent.status]).toEqual([name, overApi.status]);
      if (overApi.status !== 422)
        expect(sent.html.replaceAll(/&\w+;|["'<>]/g, '')).toContain(told.detail?.replaceAll(/["'<>&]/g, ''));
    }
  });
});

describe('a thing that a form makes', () => {
  const made = [...MADE_IDS].map(([command, { field }]) => ({ command, field }));
  const callerOf = (name: string) =>
    callerFor(commandRoutes.find(({ command }) => command.name === name)?.command.allow ?? []) as CallerName;
  const hiddenIn = (html: string, field: string) =>
    new RegExp(`<input type="hidden" name="${field}" value="([^"]+)"`).exec(html)?.[1];

  it.each(made)('$command: has an id of its own that nobody is asked for or shown', async ({ command, field }) => {
    const [one, other] = [
      await show(`/act/${command}`, callerOf(command)),
      await show(`/act/${command}`, callerOf(command)),
    ];
    const [id, next] = [hiddenIn(one.html, field), hiddenIn(other.html, field)];
    expect(id).toMatch(/^[a-z]+-[0-9a-f]{12}$/);
    expect(next).not.toBe(id);
    expect(one.html).not.toContain(`id="f-${field}"`);
    expect(one.html.split(`${id}`)).toHaveLength(2);
  });

  it('given what was typed and a draft of it, then the id stays until it is sent', async () => {
    const { html } = await show('/act/RecordCoordinationAction', 'office');
    const id = hiddenIn(html, 'actionId') ?? '';
    const checked = await post(
      'RecordCoordinationAction',
      [
        ['_fixed', 'actionId'],
        ...typedOf(commandRoutes.find(({ command }) => command.name === 'RecordCoordinationAction') as never),
        ['actionId', id],
      ],
      'office',
    );
    expect([checked.status, hiddenIn(checked.html, 'actionId')]).toEqual([200, id]);
    expect(checked.html.split(id)).toHaveLength(2);
  });
});

describe('somebody who may not send a command', () => {
  it('is refused its form and its sending as over the API', async () => {
    for (const { route, name } of byRole) {
      const { allow, hidden } = route.command;
      const other = (Object.keys(CALLERS) as CallerName[]).find(
        each => !allow.includes(CALLERS[each].role) && CALLERS[each].role !== 'TPO',
      );
      if (!other) continue;
      const expected = hidden ? 404 : 403;
      const shown = await show(`/act/${name}`, other);
      const posted = await post(name, [['_do', 'send']], other);
      expect([name, shown.status, posted.status]).toEqual([name, expected, expected]);
    }
  });

  it('is led to sign in where he has not', async () => {
    const answer = await fetch(`${site.url}/act/StartApplication?year=2024`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/sign-in?to=${encodeURIComponent('/act/StartApplication?year=2024')}`,
    ]);
  });
});

describe('the way of a form', () => {
  const OTHER: readonly (readonly [string, string])[] = [
    ['kind', '其他组织工作'],
    ['detail', '到企业宣讲'],
  ];

  it('given an address, then what it knows is filled in', async () => {
    const { html } = await show(actAddress('RecordOtherOrganisingWork', { detail: '走访' }, '/projects'), 'office');
    expect(html).toContain('走访');
    expect(html).toContain('name="to" value="/projects"');
    expect(html).toMatch(/name="_key" value="[0-9a-f-]{36}"/);
  });

  it('given what is wrong, then it is said at the top and at its field, and what was typed is still there', async () => {
    const { status, html } = await post('RecordOtherOrganisingWork', [['detail', '到企业宣讲<b>']], 'office');
    expect(status).toBe(422);
    expect(html).toMatch(/role="alert"[^>]*autofocus/);
    expect(html).toContain('<a href="#f-kind">');
    expect(html).toMatch(/aria-invalid[^>]*|id="f-kind-fault"/);
    expect(html).toContain('到企业宣讲&lt;b>');
  });

  it('given that it is sent, then it leads on and says once what is on record', async () => {
    const kind = /name="kind"[^>]*value="([^"]+)"|<option value="([^"]+)"/.exec(
      (await show('/act/RecordOtherOrganisingWork', 'office')).html,
    );
    const typed = [
      ...OTHER.filter(([name]) => name !== 'kind'),
      ['kind', kind?.[1] ?? kind?.[2] ?? '宣传'],
      ['to', '/statute'],
    ] as const;
    const sent = await post(
      'RecordOtherOrganisingWork',
      [...typed, ['_do', 'send'], ['_key', 'told']] as never,
      'office',
    );
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/statute']);
    const told = sent.headers
      .getSetCookie()
      .find(each => each.startsWith('gongguan-told='))
      ?.split(';')[0];
    const next = await fetch(`${site.url}/statute`, { headers: { cookie: `gongguan=${site.tokens.office}; ${told}` } });
    expect(await next.text()).toContain('已记录');
    expect(next.headers.getSetCookie().join()).toContain('gongguan-told=; Max-Age=0');
  });

  it.each(['//evil.example/', 'https://evil.example/', '/\\evil.example'])(
    'given %s to go on to, then nobody is led away',
    async to => {
      const { route } = byRole.find(({ name }) => name === 'RecordOtherOrganisingWork') as (typeof byRole)[number];
      const sent = await post(
        route.command.name,
        [...typedOf(route), ['to', to], ['_do', 'send'], ['_key', to.length.toString()]],
        'office',
      );
      expect([sent.status, sent.headers.get('location')]).toEqual([303, '/']);
    },
  );

  it('given another site’s form, then it is refused', async () => {
    const { status } = await post('RecordOtherOrganisingWork', OTHER, 'office', { 'sec-fetch-site': 'cross-site' });
    expect(status).toBe(403);
  });
});

describe('a file in a form', () => {
  const upload = async (content: string, fields: Readonly<Record<string, string>> = {}) => {
    const body = new FormData();
    body.set('projectId', STORY.projectId);
    body.set('name', '');
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set('sha256:file', new File([content], '报告.pdf'));
    const answer = await fetch(`${site.url}/act/AttachDocument`, { method: 'POST', body, headers: cookie('unit') });
    return { status: answer.status, html: await answer.text() };
  };

  it('given another field that is wrong, then the file is kept, told by name and size, and names itself', async () => {
    const { status, html } = await upload('%PDF-1.7\n一份报告\n%%EOF');
    expect(status).toBe(422);
    expect(html).toMatch(/已上传：报告\.pdf，1 kB，application\/pdf/);
    expect(html).toMatch(/type="hidden" name="sha256" value="[0-9a-f]{64}"/);
    expect(html).toMatch(/name="name" value="报告\.pdf"/);
  });

  it('given one of a kind that is not taken, then that is said at its field', async () => {
    const { status, html } = await upload('\u0000\u0001\u0002MZ', { kind: '其他', classification: 'internal' });
    expect(status).toBe(422);
    expect(html).toContain('不接受此类文件');
    expect(html).toContain('id="f-sha256-fault"');
  });
});

describe('what a list says that has just been seen', () => {
  it('is shown and carried, not asked; without it, or once it was refused, it is asked', async () => {
    const digest = 'a'.repeat(64);
    const known = actAddress('SignExcellentList', { panelId: '2024-first', listHash: digest });
    const { html } = await show(known, 'expert');
    expect(html).toContain(`<input type="hidden" name="listHash" value="${digest}"`);
    expect(html).not.toContain('id="f-listHash"');
    expect((await show('/act/SignExcellentList?panelId=2024-first', 'expert')).html).toContain('id="f-listHash"');
    const bad = await post(
      'SignExcellentList',
      [
        ['panelId', '2024-first'],
        ['listHash', 'bad'],
        ['_fixed', 'panelId listHash'],
      ],
      'expert',
    );
    expect(bad.html).toContain('id="f-listHash"');
  });
});

describe('a form that goes otherwise than it should', () => {
  const [example] = byRole.filter(({ name }) => name === 'RecordOtherOrganisingWork') as [(typeof byRole)[number]];
  const typed = [...typedOf(example.route)];

  it('given that it is sent twice, then it is recorded once', async () => {
    const twice = () => post(example.name, [...typed, ['_key', 'twice'], ['_do', 'send']], 'office');
    await twice();
    const head = await site.head();
    expect((await twice()).status).toBe(303);
    expect(await site.head()).toBe(head);
  });

  it('given that the session has ended, then what was typed stays on the page, and no command is sent', async () => {
    const head = await site.head();
    const body = new URLSearchParams([...typed, ['detail', '打了很久的字'], ['_do', 'send']]);
    const answer = await fetch(`${site.url}/act/${example.name}`, { method: 'POST', body, redirect: 'manual' });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('打了很久的字');
    expect(await site.head()).toBe(head);
  });

  it.each([
    ['a revision that is none', [['_seen', 'forged']], 400],
    ['a revision of another thing', [['_seen', '"project-other@3"']], 412],
    ['a key of control characters', [['_key', 'a b']], 400],
    [
      'a name that no field has',
      [
        ['__proto__', 'x'],
        ['constructor', 'x'],
      ],
      303,
    ],
    ['a name that is no name', [['<b>', 'x']], 400],
    ['rows without number', [['items/99999999999', 'x']], 303],
    ['a text of ten megabytes', [['detail', 'x'.repeat(10_000_000)]], 413],
    ['three thousand and one fields', Array.from({ length: 3_001 }, (_, n) => [`x${n}`, 'x']), 413],
  ] as const)('given %s, then %d and nothing else', async (_what, fields, status) => {
    const key = [['_key', `hostile-${_what.length}`]] as const;
    const sent = await post(example.name, [...typed, ...key, ...(fields as never), ['_do', 'send']] as never, 'office');
    expect(sent.status).toBe(status);
  });

  it('given a forged digest, then no list that the official has not seen is decided on', async () => {
    const found = byRole.find(({ name }) => name === 'SignExcellentList') as (typeof byRole)[number];
    const forged = [...typedOf(found.route).set('listHash', 'f'.repeat(64))];
    const { status } = await post(found.name, [...forged, ['_do', 'send']], found.caller as CallerName);
    expect([403, 404, 409]).toContain(status);
  });
});
