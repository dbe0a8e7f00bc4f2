/** Text as man source. Pure. */

/** Escapes what roff would read as its own. */
export const manText = (text: string): string => text.replaceAll('\\', String.raw`\e`).replace(/^\./, String.raw`\&.`).replaceAll('-', String.raw`\-`)
	.replaceAll('\'', String.raw`\(aq`).replaceAll('~', String.raw`\(ti`).replaceAll('^', String.raw`\(ha`);

/** Lines as they are, in type of fixed width. */
export const manExample = (lines: readonly string[]): string => `.EX\n${lines.map(line => manText(line)).join('\n')}\n.EE\n`;
