/** Collects what passed and what failed; a failure never stops the rest. */
export class Report {
  #passed = 0;
  #failed = 0;

  /** One check; `body` throws or returns what is wrong. */
  async check(name: string, body: () => Promise<string[] | void> | string[] | void): Promise<void> {
    let wrong: string[];
    try {
      wrong = (await body()) ?? [];
    } catch (error) {
      wrong = [error instanceof Error ? error.message : String(error)];
    }
    if (wrong.length === 0) {
      this.#passed += 1;
      return;
    }
    this.#failed += 1;
    console.log(`FAILED  ${name}`);
    for (const line of wrong.slice(0, 8)) console.log(`        ${line.split("\n").slice(0, 3).join(" ")}`);
    if (wrong.length > 8) console.log(`        and ${wrong.length - 8} more`);
  }

  /** Prints the summary; true when nothing failed and something was checked. */
  finish(): boolean {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0;
  }
}
