/** A form as a browser posts it: from a page of this site, small, each field once. */
import express from 'express';
import { Problem } from '../http/problem.ts';
import type { RequestContext } from '../http/request-context.ts';

const parse = express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 500 });

/** Fields that were left empty are left out. Throws a problem where another site sent it, or it is no form. */
export async function readForm(context: RequestContext): Promise<Readonly<Record<string, string>>> {
  const { req, res } = context;
  mustBeFromHere(context);
  await new Promise<void>((resolve, reject) => {
    parse(req, res, error => (error ? reject(malformedForm()) : resolve()));
  });
  const fields = Object.entries((req.body ?? {}) as Record<string, unknown>);
  if (fields.some(([, value]) => typeof value !== 'string')) throw malformedForm();
  return Object.fromEntries((fields as [string, string][]).filter(([, value]) => value !== ''));
}

/** Browsers say from where a form comes; what says nothing is no browser, and has no cookie to be abused. */
export function mustBeFromHere({ req }: RequestContext): void {
  const site = req.headers['sec-fetch-site'];
  const { origin, host } = req.headers;
  const isForeign = site !== undefined ? site !== 'same-origin' && site !== 'none' : isOtherHost(origin, host);
  if (isForeign) {
    throw new Problem(403, 'foreign-form', '表单不是由本系统页面提交的', 'The form was sent from another site');
  }
}

function isOtherHost(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

export function malformedForm(): Problem {
  return new Problem(400, 'malformed-form', '表单格式错误', 'The form is malformed');
}
