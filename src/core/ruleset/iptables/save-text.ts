/** What iptables-save prints, read: of one table the farm's chains with their rules, and the farm's jumps. Everything else in it is somebody else's. */

import {entryChains, hookedChain, type IptablesTableName} from './names.js';

export type SavedRule = {
	/** Without `-A CHAIN`. */
	readonly text: string;
	/** How many packets have matched it; 0 when the counters were not asked for. */
	readonly packets: number;
};

export type SavedTable = {
	readonly name: IptablesTableName;
	/** The farm's chains by their whole names. */
	readonly chains: ReadonlyMap<string, readonly SavedRule[]>;
	/** How many jumps to the farm's chains stand in the hooked chain. */
	readonly jumps: number;
};

const savedRule = /^(?:\[(?<packets>\d+):\d+\] )?-A (?<chain>\S+) (?<text>.*)$/u;

/** The farm's part of the table of this name; `prefix` is that of its chains. A table that is not in the text is empty. */
export function readSaved(text: string, name: IptablesTableName, prefix: string): SavedTable {
	const chains = new Map<string, SavedRule[]>();
	const jump = `-j ${prefix}${entryChains[name]}`;
	let jumps = 0;
	for (const line of linesOf(text, name)) {
		const chain = line.startsWith(':') ? line.slice(1, line.indexOf(' ')) : undefined;
		if (chain?.startsWith(prefix) === true) {
			chains.set(chain, []);
		}

		const rule = savedRule.exec(line)?.groups;
		if (rule?.chain === hookedChain && rule.text === jump) {
			jumps += 1;
		}

		chains.get(rule?.chain ?? '')?.push({text: rule!.text!, packets: Number(rule!.packets ?? 0)});
	}

	return {name, chains, jumps};
}

/** The lines of the table of this name. */
function linesOf(text: string, name: string): string[] {
	const lines = text.split('\n');
	const start = lines.indexOf(`*${name}`);
	return start === -1 ? [] : lines.slice(start + 1, lines.indexOf('COMMIT', start));
}

/** Whether nothing of the farm's is in the table. */
export const isUntouched = ({chains, jumps}: SavedTable): boolean => chains.size === 0 && jumps === 0;
