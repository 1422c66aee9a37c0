/** The move cannot go on, or has not led where it should: said in a sentence for the operator. */
export class MigrationRefused extends Error {
  constructor(zh: string, en: string) {
    super(`${zh} (${en})`);
    this.name = 'MigrationRefused';
  }
}
