/** Tests that need a browser run where Chromium is, and say loudly when they do not. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** Runs `suite` where there is a browser, or shows it as skipped. */
export function describeInChromium(name: string, suite: () => void): void {
  if (existsSync(CHROMIUM)) {
    describe(name, suite);
    return;
  }
  console.warn(`SKIPPED: ${CHROMIUM} is not there, its tests do not run`);
  describe.skip(`${name} (needs chromium)`, suite);
}
