/** Which units may apply (art-08 （一）): an enterprise or institution registered in Tianjin, or a recognised organisation. */

/** What is known of a unit: its kind, what the register says of it, whether an industry authority recognises it (D-9). */
export interface Qualification {
  /** Undefined before registration. */
  readonly kind: string | undefined;
  /** Undefined until the register was consulted. */
  readonly inTianjin: boolean | undefined;
  readonly recognised: boolean;
}

/** Whether the unit qualifies; undefined while the finding that decides it is missing. */
export function qualifies({ kind, inTianjin, recognised }: Qualification): boolean | undefined {
  if (kind === '专业组织') return recognised || undefined;
  return inTianjin;
}
